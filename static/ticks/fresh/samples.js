const KEPT = 1000;
const KEPT_S = 300;

/** The newest samples of one quantity, at most 1000 and no older than five minutes, and how they are spread. */
export class Samples {
  #values = new Float64Array(KEPT);
  #times = new Float64Array(KEPT);
  #next = 0;
  #count = 0;

  /** @param {number} value @param {number} at  seconds, of a clock that does not go back */
  add(value, at) {
    this.#values[this.#next] = value;
    this.#times[this.#next] = at;
    this.#next = (this.#next + 1) % KEPT;
    this.#count = Math.min(this.#count + 1, KEPT);
  }

  /** @param {number} now  seconds @returns {{p50: number, p95: number} | null} null when there is no sample */
  spread(now) {
    const kept = this.#values.slice(0, this.#count).filter((_, i) => now - this.#times[i] <= KEPT_S).sort();
    return kept.length === 0 ? null : { p50: rank(kept, 0.5), p95: rank(kept, 0.95) };
  }
}

/** The least value that so large a part of all does not exceed. */
function rank(sorted, part) {
  return sorted[Math.ceil(part * sorted.length) - 1];
}
