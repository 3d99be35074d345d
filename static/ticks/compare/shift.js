import { gapAt } from "../data/gaps.js";
import { firstAtOrAfter } from "../data/track.js";

const SAMPLED = 64;

/**
 * @param {import("../data/track.js").View} view
 * @param {number} back  seconds
 * @param {boolean[]} isDrawn  by line
 * @returns {import("../data/track.js").View} the same on a time axis that is so much later; lines that are not drawn are empty
 */
export function shifted(view, back, isDrawn) {
  const part = (name, none) => view[name].map((values, i) => (isDrawn[i] ? values : new Float64Array(values.length).fill(none)));
  const [min, max, mean] = ["min", "max", "mean"].map((name) => part(name, NaN));
  return { x: view.x.map((at) => at + back), min, max, mean, count: part("count", 0), isWhole: view.isWhole };
}

/**
 * @param {import("../data/track.js").View} view
 * @param {import("../data/gaps.js").Gap[]} gaps  of it
 * @param {number} at  UNIX seconds, on its axis
 * @param {number} reach  how far away what counts may be, seconds
 * @returns {number | null} the row that is nearest to it; null: there is none
 */
export function rowAt({ x }, gaps, at, reach) {
  const next = firstAtOrAfter(x, at);
  const row = next === x.length || (next > 0 && at - x[next - 1] <= x[next] - at) ? next - 1 : next;
  return row < 0 || Math.abs(x[row] - at) > reach || gapAt(gaps, at) ? null : row;
}

/** @param {number} value @param {number} base @returns {{absolute: number, percent: number}} of the base; NaN where it is 0 */
export function difference(value, base) {
  return { absolute: value - base, percent: base === 0 ? NaN : ((value - base) / Math.abs(base)) * 100 };
}

/**
 * Which rows of two views stand beside each other.
 *
 * @param {Float64Array} xs  rising
 * @param {Float64Array} others  rising, on the same axis
 * @returns {[number | null, number | null][]} all of both, in the order of time
 */
export function pairs(xs, others) {
  const reach = Math.max(usual(xs), usual(others)) / 2;
  const found = [];
  let [i, j] = [0, 0];
  while (i < xs.length || j < others.length) {
    const away = (others[j] ?? Infinity) - (xs[i] ?? Infinity);
    const isNear = Math.abs(away) <= reach && !(Math.abs(others[j + 1] - xs[i]) < Math.abs(away));
    if (isNear && !(Math.abs(xs[i + 1] - others[j]) < Math.abs(away))) found.push([i++, j++]);
    else if (j === others.length || (i < xs.length && xs[i] <= others[j])) found.push([i++, null]);
    else found.push([null, j++]);
  }
  return found;
}

/** The median step. */
function usual(x) {
  const step = Math.max(1, Math.ceil(x.length / SAMPLED));
  const steps = [];
  for (let i = 1; i < x.length; i += step) steps.push(x[i] - x[i - 1]);
  return steps.sort((one, other) => one - other)[steps.length >> 1] ?? 0;
}
