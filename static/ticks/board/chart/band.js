import { color } from "../../look/colors.js";

/**
 * Tints what lies between the least and the largest value of each row, broken where there is no data.
 *
 * @param {import("uplot")} u
 * @param {import("../../data/track.js").View} view
 * @param {number} line  which of its fields
 * @param {string} name  of its colour, for color()
 * @param {import("../../data/gaps.js").Gap[]} gaps
 * @param {"band" | "fill"} [tint]  the second one is paler
 */
export function band(u, { x, min, max }, line, name, gaps, tint = "band") {
  const { ctx, bbox } = u;
  const xScale = u.scales.x;
  const yScale = u.scales.y;
  const xOf = (at) => bbox.left + ((x[at] - xScale.min) / (xScale.max - xScale.min)) * bbox.width;
  const yOf = (value) => bbox.top + (1 - (value - yScale.min) / (yScale.max - yScale.min)) * bbox.height;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = color(`${name}-${tint}`);
  for (const [first, last] of pieces(x, min[line], gaps)) {
    ctx.beginPath();
    for (let i = first; i <= last; i += 1) ctx.lineTo(xOf(i), yOf(max[line][i]));
    for (let i = last; i >= first; i -= 1) ctx.lineTo(xOf(i), yOf(min[line][i]));
    ctx.fill();
  }
  ctx.restore();
}

/**
 * @param {Float64Array} x  times of the rows
 * @param {Float64Array} values  NaN: none
 * @param {import("../../data/gaps.js").Gap[]} gaps  in order
 * @returns {[number, number][]} first and last rows of what hangs together
 */
export function pieces(x, values, gaps) {
  const found = [];
  let first = -1;
  let next = 0;
  for (let i = 0; i < x.length; i += 1) {
    while (next < gaps.length && gaps[next].to <= (i === 0 ? -Infinity : x[i - 1])) next += 1;
    const isBroken = i > 0 && next < gaps.length && gaps[next].from < x[i] && gaps[next].to > x[i - 1];
    if (first >= 0 && (isBroken || Number.isNaN(values[i]))) {
      found.push([first, i - 1]);
      first = -1;
    }
    if (first < 0 && !Number.isNaN(values[i])) first = i;
  }
  if (first >= 0) found.push([first, x.length - 1]);
  return found;
}
