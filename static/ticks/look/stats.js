/**
 * @param {ArrayLike<number | null>} values
 * @returns {{last: number, min: number, mean: number, max: number}} all NaN where there is no value
 */
export function summarize(values) {
  let [last, min, max, sum, count] = [NaN, Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value === null || Number.isNaN(value)) continue;
    last = value;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count += 1;
  }
  return count === 0 ? { last, min: NaN, mean: NaN, max: NaN } : { last, min, mean: sum / count, max };
}
