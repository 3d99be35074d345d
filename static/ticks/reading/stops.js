/**
 * Where a cursor that goes point by point stops: at each point, and once in each stretch without any.
 *
 * @param {ArrayLike<number>} x  times of the points, in order, UNIX seconds
 * @param {import("../data/gaps.js").Gap[]} gaps  in order
 * @param {number} from  left end of what is shown
 * @param {number} to
 * @returns {number[]} in order
 */
export function stopsOf(x, gaps, from, to) {
  const points = Array.from(x).filter((at) => at >= from && at <= to);
  const ends = gaps.map((gap) => [Math.max(gap.from, from), Math.min(gap.to, to)]).filter(([start, end]) => start < end);
  const middles = ends.map(([start, end]) => (start + end) / 2);
  return [...points, ...middles].sort((one, other) => one - other);
}

/**
 * @param {number[]} stops  in order, not empty
 * @param {number | null} at  where the cursor is; null: nowhere
 * @param {number} by  so many stops on, or back where negative
 * @returns {number} where it is then: at an end where there are no more
 */
export function stopAt(stops, at, by) {
  if (at === null) return by === -Infinity ? stops[0] : stops.at(-1);
  const next = stops.findIndex((stop) => stop > at);
  const after = next < 0 ? stops.length : next;
  // Live, the point at which it stood may be gone.
  const isOn = stops[after - 1] === at;
  const place = by > 0 ? after - 1 + by : after - (isOn ? 1 : 0) + by;
  return stops[Math.min(Math.max(place, 0), stops.length - 1)];
}
