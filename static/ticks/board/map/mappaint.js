import { color } from "../../look/colors.js";
import { FONT } from "../canvas.js";
import { Labels } from "./labels.js";

const TEXT_PX = 11;
const TRAIL_ALPHA = 0.4;
const FASTEST_PX = 16;
const NAME_AWAY_PX = 4;
const LABEL_REST_PX = 10;
const CROWDED = 200;
/** Between two drawings of a fast stream an agent may have been anywhere. */
const LEAP_PX = 40;

/**
 * Draws a map: the grid, then trails, speeds, dots and names; nothing outside of its frame.
 *
 * @param {CanvasRenderingContext2D} ctx  counts the screen's pixels
 * @param {import("./projection.js").Projection} projection
 * @param {import("./crowd.js").Agent[]} agents
 * @param {import("./crowd.js").Agent | null} chosen  gets a ring
 */
export function paintMap(ctx, projection, agents, chosen) {
  ctx.save();
  ctx.scale(devicePixelRatio, devicePixelRatio);
  ctx.font = `${TEXT_PX}px ${FONT}`;
  grid(ctx, projection);
  const { left, top, width, height } = projection.frame;
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  const radius = dotRadius(agents.length);
  const places = agents.map((agent) => ({ agent, left: projection.left(agent.x), top: projection.top(agent.y) }));
  for (const [hue, some] of byHue(places)) paths(ctx, projection, some, radius, color(hue));
  dots(ctx, places, radius);
  names(ctx, projection.frame, places, radius);
  if (chosen) ring(ctx, projection.left(chosen.x), projection.top(chosen.y), radius + 4);
  ctx.restore();
}

/** @param {number} count  of agents @returns {number} CSS pixels */
export function dotRadius(count) {
  if (count > CROWDED) return 2.5;
  return count > 50 ? 3.5 : 5;
}

function grid(ctx, projection) {
  const { left, top, width, height } = projection.frame;
  const { upright, level } = projection.lines();
  const sharp = (at) => (Math.round(at * devicePixelRatio) + 0.5) / devicePixelRatio;
  ctx.strokeStyle = color("grid");
  ctx.fillStyle = color("muted");
  ctx.lineWidth = 1 / devicePixelRatio;
  ctx.beginPath();
  for (const { at } of upright) trace(ctx, [sharp(at), top, sharp(at), top + height]);
  for (const { at } of level) trace(ctx, [left, sharp(at), left + width, sharp(at)]);
  ctx.stroke();
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  const every = labelled(upright, Math.max(...upright.map(({ label }) => ctx.measureText(label).width)));
  for (const { at, label, place } of upright) {
    const half = ctx.measureText(label).width / 2;
    const fits = at - half >= 0 && at + half <= left + width;
    if (fits && place % every === 0) ctx.fillText(label, at, top + height + 4);
  }
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  for (const { at, label } of level) if (at >= TEXT_PX / 2) ctx.fillText(label, left - 5, at, left - 6);
}

/** Where not every line has room for its label, every second or fifth has one. */
function labelled(lines, widest) {
  const apart = lines.length > 1 ? lines[1].at - lines[0].at : Infinity;
  return [1, 2, 5].find((every) => every * apart >= widest + LABEL_REST_PX) ?? 10;
}

/** One path a colour: a thousand strokes of their own would take longer than all else. */
function byHue(places) {
  const groups = new Map();
  for (const place of places) {
    if (!groups.has(place.agent.hue)) groups.set(place.agent.hue, []);
    groups.get(place.agent.hue).push(place);
  }
  return groups;
}

function paths(ctx, projection, some, radius, stroke) {
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1.5;
  ctx.lineJoin = "round";
  ctx.globalAlpha = TRAIL_ALPHA;
  ctx.beginPath();
  for (const { agent } of some) trace(ctx, agent.trail.map((at, i) => (i % 2 === 0 ? projection.left(at) : projection.top(at))));
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.beginPath();
  for (const { agent, left, top } of some) {
    const [right, up] = projection.speed(agent.item);
    const speed = Math.hypot(right, up);
    const beyond = FASTEST_PX + radius / speed;
    if (speed > 0) trace(ctx, [left, top, left + right * beyond, top - up * beyond]);
  }
  ctx.stroke();
}

/** In the order of the array, so that no colour lies above all others. */
function dots(ctx, places, radius) {
  ctx.strokeStyle = color("surface");
  ctx.lineWidth = 1;
  for (const { agent, left, top } of places) {
    ctx.fillStyle = color(agent.hue);
    ctx.beginPath();
    ctx.arc(left, top, radius, 0, 2 * Math.PI);
    ctx.fill();
    if (places.length <= CROWDED) ctx.stroke();
  }
}

function names(ctx, frame, places, radius) {
  const labels = new Labels(frame);
  for (const { left, top } of places) labels.keepFree(left, top);
  ctx.fillStyle = color("text");
  ctx.strokeStyle = color("surface");
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const { agent, left, top } of places) {
    agent.width ??= ctx.measureText(agent.name).width;
    const side = labels.take(left, top, agent.width, radius + NAME_AWAY_PX, agent.side);
    if (side === 0) continue;
    agent.side = side;
    const begin = side === 1 ? left + radius + NAME_AWAY_PX : left - radius - NAME_AWAY_PX - agent.width;
    ctx.strokeText(agent.name, begin, top);
    ctx.fillText(agent.name, begin, top);
  }
}

function ring(ctx, left, top, radius) {
  ctx.strokeStyle = color("text");
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.arc(left, top, radius, 0, 2 * Math.PI);
  ctx.stroke();
}

/** Adds a line through points to the path, but for leaps. @param {number[]} points  left and top by turns */
function trace(ctx, points) {
  ctx.moveTo(points[0], points[1]);
  for (let i = 2; i < points.length; i += 2) {
    const isLeap = points.length > 4 && Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]) > LEAP_PX;
    if (isLeap) ctx.moveTo(points[i], points[i + 1]);
    else ctx.lineTo(points[i], points[i + 1]);
  }
}
