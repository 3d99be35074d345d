import { color } from "../../look/colors.js";
import { MIXED } from "../../data/runs.js";
import { FONT } from "../canvas.js";

const TEXT_PX = 11;
const PAD_PX = 5;
const STRIPE_PX = 6;
const ELLIPSIS_LEAST = 4;

/** @param {import("../../data/runs.js").Value} value @param {import("../hues.js").Hues} hues @returns {string} name for color() */
export function hueOf(value, hues) {
  if (typeof value === "boolean") return "series-0";
  return value === MIXED ? "series-7" : hues.of(String(value));
}

/**
 * Draws a bar's segments: true is filled, false hollow, mixed striped, all else filled in a colour of its own.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./segments.js").Segment[]} segments
 * @param {(value: import("../../data/runs.js").Value) => string} words
 * @param {import("../hues.js").Hues} hues
 */
export function paintSegments(ctx, segments, words, hues) {
  const { height } = ctx.canvas;
  ctx.font = `${TEXT_PX * devicePixelRatio}px ${FONT}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const { left, right, value } of segments) {
    ctx.fillStyle = ctx.strokeStyle = color(hueOf(value, hues));
    if (value === MIXED) stripes(ctx, left, right, height);
    else if (value === false) hollow(ctx, left, right, height);
    else ctx.fillRect(left, 0, right - left, height);
    if (value === MIXED) continue;
    ctx.fillStyle = color(value === false ? "text" : "surface");
    write(ctx, words(value), left, right, height);
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {[number, number][]} bands  left and right of times without data, pixels */
export function paintGaps(ctx, bands) {
  ctx.fillStyle = color("gap");
  for (const [left, right] of bands) ctx.fillRect(left, 0, right - left, ctx.canvas.height);
}

function hollow(ctx, left, right, height) {
  const line = Math.max(1, Math.round(devicePixelRatio));
  ctx.fillRect(left, 0, right - left, line);
  ctx.fillRect(left, height - line, right - left, line);
  ctx.fillRect(left, 0, Math.min(line, right - left), height);
  ctx.fillRect(Math.max(left, right - line), 0, Math.min(line, right - left), height);
}

function stripes(ctx, left, right, height) {
  const step = Math.round(STRIPE_PX * devicePixelRatio);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, 0, right - left, height);
  ctx.clip();
  ctx.lineWidth = step / 2.5;
  ctx.beginPath();
  for (let x = Math.floor((left - height) / step) * step; x < right; x += step) {
    ctx.moveTo(x, height);
    ctx.lineTo(x + height, 0);
  }
  ctx.stroke();
  ctx.restore();
}

function write(ctx, text, left, right, height) {
  const pad = PAD_PX * devicePixelRatio;
  const room = right - left - 2 * pad;
  if (room < pad) return;
  const fitting = fitted(ctx, text, room);
  if (fitting) ctx.fillText(fitting, left + pad, Math.round(height / 2) + devicePixelRatio / 2);
}

/** The text, or as much of a long one as still tells something. */
function fitted(ctx, text, room) {
  const whole = ctx.measureText(text).width;
  if (whole <= room) return text;
  const cut = Math.floor((text.length * room) / whole) - 2;
  return cut >= ELLIPSIS_LEAST ? `${text.slice(0, cut)}…` : "";
}
