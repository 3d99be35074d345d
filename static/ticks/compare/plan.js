/** Who looks back no further than so many times what is shown has it by following: what comes now is drawn later. */
const MOST_FOLLOWED = 2;
/** How far ahead is read: this part of what is shown, or so many seconds, but no more than so many times what is shown. */
const [PART, LEAST_S, MOST_SPANS] = [0.25, 30, 3];
/** So much is left when more is asked for. */
const LEFT = 1 / 3;
/** What is newer may still be on its way to where it is read. */
const SETTLED_S = 1;

/**
 * What is to be read of the other range.
 *
 * @typedef {import("../data/course.js").Wanted & {ahead: number}} Plan  `ahead`: seconds beyond what is shown
 *
 * How what is shown moves.
 *
 * @typedef {object} Motion
 * @property {boolean} isMoving  by itself, to the right
 * @property {boolean} isFollowed  what comes at the other's end can be heard
 * @property {number} speed  seconds of the stream a second
 * @property {number} now  UNIX seconds
 */

/**
 * @param {{from: number, to: number, points: number}} shown  UNIX seconds
 * @param {number} back  seconds that the other range is earlier
 * @param {Motion} motion
 * @returns {Plan} buckets are as wide as those of what is shown, and stay the same from one step to the next
 */
export function planOf({ from, to, points }, back, { isMoving, isFollowed, speed, now }) {
  const span = to - from;
  const width = span / points;
  if (isFollowed && back >= 0 && back <= MOST_FOLLOWED * span) {
    return { from: from - back, to, points: Math.ceil((span + back) / width - 1e-6), isLive: true, ahead: 0 };
  }
  const wanted = isMoving ? Math.min(Math.max(span * PART, LEAST_S * speed), MOST_SPANS * span) : 0;
  const end = to - back;
  // One more at either end: rounding may cut into what is shown.
  const start = (Math.floor((from - back) / width) - 1) * width;
  const ahead = Math.max(0, Math.min(wanted, now - SETTLED_S - end));
  const size = Math.ceil((end + ahead - start) / width) + 1;
  return { from: start, to: start + size * width, points: size, isLive: false, ahead };
}

/**
 * @param {Plan} plan  what was read
 * @param {number} end  of the other range by now, UNIX seconds
 * @returns {boolean} whether it is time to read on
 */
export function isUsedUp({ to, ahead, isLive }, end) {
  return !isLive && to - end < ahead * LEFT;
}
