const KEPT = 20;
const ENOUGH = 5;
const GAP_INTERVALS = 2.5;
const LEAST_GAP_S = 1;

/** Learns how often something comes: the median of its last intervals, in seconds. */
export class Cadence {
  #recent = [];
  #median = NaN;
  #isKnown = true;

  /**
   * What came before, while this has heard too little.
   *
   * @param {number[]} times  of neighbours, seconds, rising or falling
   */
  suppose(times) {
    const intervals = times.slice(1).map((time, i) => Math.abs(time - times[i]));
    const known = intervals.filter((seconds) => seconds > 0);
    if (known.length > 0 && !(this.#recent.length >= ENOUGH)) this.#median = median(known);
  }

  /** @param {number} seconds  the time between two neighbours */
  add(seconds) {
    if (!(seconds > 0 && seconds < Infinity)) return;
    this.#recent.push(seconds);
    if (this.#recent.length > KEPT) this.#recent.shift();
    this.#isKnown = false;
  }

  /** @returns {number} seconds from one to the next; NaN until it is known */
  get interval() {
    if (!this.#isKnown && this.#recent.length >= ENOUGH) this.#median = median(this.#recent);
    this.#isKnown = true;
    return this.#median;
  }

  /** @returns {number} longest quiet, in seconds, that is not a gap */
  get patience() {
    return Math.max(GAP_INTERVALS * this.interval || 0, LEAST_GAP_S);
  }
}

function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
