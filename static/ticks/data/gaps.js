const KEPT = 200;

const CAUSES = {
  silent: "nothing was sent",
  clock: "the source's clock was set",
  expired: "no longer kept",
  slow: "skipped, this browser was too slow",
  lost: "lost",
  damaged: "damaged in the archive",
  unarchived: "not stored",
  epoch: "the numbering began anew",
};

/**
 * A stretch of time without data.
 *
 * @typedef {{from: number, to: number, reason: string}} Gap  UNIX seconds of the ticks on either side
 */

/** The newest stretches of a stream in which there is no data, and why. */
export class Gaps {
  /** @type {Gap[]} */
  #list = [];

  /** @param {Gap} gap */
  add(gap) {
    this.#list.push(gap);
    if (this.#list.length > KEPT) this.#list.shift();
  }

  /** Forgets what lies at and after x. @param {number} x  UNIX seconds */
  truncate(x) {
    this.#list = this.#list.filter(({ from }) => from < x).map((gap) => ({ ...gap, to: Math.min(gap.to, x) }));
  }

  /** @param {number} x  UNIX seconds @returns {Gap[]} those that reach beyond x */
  since(x) {
    return this.#list.filter(({ to }) => to > x);
  }
}

/** @param {Gap[]} gaps @param {number} x  UNIX seconds @returns {Gap | undefined} the one that x lies in */
export function gapAt(gaps, x) {
  return gaps.find(({ from, to }) => x > from && x < to);
}

/** @param {string} reason @returns {string} for people */
export function cause(reason) {
  return CAUSES[reason] ?? reason;
}
