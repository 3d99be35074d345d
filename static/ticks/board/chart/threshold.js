import { color } from "../../look/colors.js";

const FONT_PX = 10;
const LINE = [2, 4];

/**
 * A thin line with its value at the right end; where it is out of sight, an arrow at that edge.
 *
 * @param {import("uplot")} u @param {number} value  raw
 */
export function threshold(u, value) {
  const { ctx, bbox } = u;
  const pixel = devicePixelRatio;
  const right = bbox.left + bbox.width;
  const isAbove = value > u.scales.y.max;
  const y = isAbove ? bbox.top + (FONT_PX + 3) * pixel : Math.round(u.valToPos(value, "y", true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = color("threshold");
  if (!isAbove) {
    ctx.lineWidth = pixel;
    ctx.setLineDash(LINE.map((length) => length * pixel));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
  }
  ctx.font = `${FONT_PX * pixel}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  ctx.fillText(isAbove ? `↑ ${value}` : String(value), right - 2 * pixel, y - pixel);
  ctx.restore();
}
