const GONE_INTERVALS = 5;
const LEAST_GONE_S = 5;
/** How much the last interval counts in the usual one. */
const NEWEST_PART = 0.2;

/** Which of some fields the ticks still have: one that is no longer in them has no present value. */
export class Presence {
  #newest = -Infinity;
  #seen;
  #every;

  /** @param {number} count  fields */
  constructor(count) {
    this.#seen = new Float64Array(count).fill(-Infinity);
    this.#every = new Float64Array(count).fill(NaN);
  }

  /** @param {number} i  a field that a tick has @param {number} ts  UNIX seconds */
  saw(i, ts) {
    const interval = ts - this.#seen[i];
    if (interval > 0 && interval < Infinity) {
      const usual = this.#every[i];
      // A rest among many intervals says little: it counts as twice the usual one.
      this.#every[i] = Number.isNaN(usual) ? interval : usual + Math.min(interval - usual, usual) * NEWEST_PART;
    }
    this.#seen[i] = ts;
  }

  /** @param {number} ts  of a tick, whatever it has, UNIX seconds */
  tick(ts) {
    this.#newest = ts;
  }

  /** @param {number} i @returns {boolean} whether ticks go on without it, for longer than it ever rests */
  isGone(i) {
    return this.#newest - this.#seen[i] > Math.max(LEAST_GONE_S, GONE_INTERVALS * (this.#every[i] || 0));
  }
}
