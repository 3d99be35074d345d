/**
 * @param {import("./track.js").View} view
 * @param {number} line  which of its fields
 * @param {number} from  UNIX seconds
 * @param {number} to
 * @returns {{min: number, mean: number, max: number}} of the ticks of this time; NaN where there is none
 */
export function summarize({ x, min, max, mean, count }, line, from, to) {
  let [least, largest, sum, number] = [Infinity, -Infinity, 0, 0];
  for (let row = 0; row < x.length; row += 1) {
    if (count[line][row] === 0 || x[row] < from || x[row] > to) continue;
    least = Math.min(least, min[line][row]);
    largest = Math.max(largest, max[line][row]);
    sum += mean[line][row] * count[line][row];
    number += count[line][row];
  }
  return number === 0 ? { min: NaN, mean: NaN, max: NaN } : { min: least, mean: sum / number, max: largest };
}
