const KEPT = 20;
const ENOUGH = 5;

/** Learns how often a stream ticks: the median of its last intervals, in seconds. */
export class Cadence {
  #recent = [];
  #median = NaN;

  /** @param {number} seconds  the time between two neighbouring ticks */
  add(seconds) {
    if (!(seconds > 0)) return;
    this.#recent.push(seconds);
    if (this.#recent.length > KEPT) this.#recent.shift();
    if (this.#recent.length >= ENOUGH) this.#median = median(this.#recent);
  }

  /** @returns {number} seconds between ticks; NaN until it is known */
  get interval() {
    return this.#median;
  }
}

function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
