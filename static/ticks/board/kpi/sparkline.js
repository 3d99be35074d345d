import { color } from "../../look/colors.js";
import { gapAt } from "../../data/gaps.js";

const LINE_PX = 1.5;

/**
 * Draws one series as a bare line over the whole canvas; it breaks where there is no data.
 *
 * @param {HTMLCanvasElement} canvas  sized by its style
 * @param {{x: ArrayLike<number>, values: ArrayLike<number>}} course  times (UNIX seconds), values; NaN: none
 * @param {object} sight
 * @param {number} sight.from  left end, UNIX seconds
 * @param {number} sight.to  right end, UNIX seconds
 * @param {import("../../data/gaps.js").Gap[]} sight.gaps
 * @param {number} sight.bottom  raw value at the lower end
 * @param {number} sight.top  raw value at the upper end
 */
export function sparkline(canvas, { x: times, values }, { from, to, gaps, bottom, top }) {
  const ctx = sized(canvas);
  const { width, height } = canvas;
  const pad = LINE_PX * devicePixelRatio;
  const xOf = (x) => ((x - from) / (to - from)) * width;
  const yOf = (y) => height - pad - ((y - bottom) / (top - bottom || 1)) * (height - 2 * pad);
  ctx.clearRect(0, 0, width, height);
  ctx.beginPath();
  let joined = false;
  for (let i = 0; i < times.length; i += 1) {
    if (i > 0 && gaps.length > 0 && gapAt(gaps, (times[i - 1] + times[i]) / 2)) joined = false;
    const isThere = !Number.isNaN(values[i]);
    if (!isThere) joined = false;
    else if (joined) ctx.lineTo(xOf(times[i]), yOf(values[i]));
    else ctx.moveTo(xOf(times[i]), yOf(values[i]));
    if (isThere) joined = true;
  }
  ctx.lineWidth = LINE_PX * devicePixelRatio;
  ctx.lineJoin = "round";
  ctx.strokeStyle = color("series-0");
  ctx.stroke();
}

function sized(canvas) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return canvas.getContext("2d");
}
