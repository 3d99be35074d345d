const KEPT = 6;
const STAMP = 9;
const BREAK_INTERVALS = 5;
const LEAST_BREAK_S = 5;

/**
 * How a stream goes, learned from answers that come every few seconds and say how many ticks there are and when the newest
 * was published: ticks a second, and how long none came.
 */
export class Pace {
  #epoch = null;
  #changes = [];
  #seed = NaN;
  #asked = NaN;
  #within = Infinity;

  /**
   * @param {number} now  when this was so, the server's UNIX seconds
   * @param {{epoch: string | null, n: number | null, ts: number | null}} head  epoch and ordinal of the newest tick, and when
   *   it was published by the producer's clock, UNIX seconds
   */
  take(now, { epoch, n, ts }) {
    const sinceS = now - this.#asked;
    this.#asked = now;
    if (n === null) return;
    if (epoch !== this.#epoch) this.#begin(epoch, now, n, ts, sinceS);
    else if (n > this.#changes.at(-1).n) this.#note(now, n, ts, sinceS);
  }

  /** What the stream's past says, for as long as too few answers were seen. @param {number} intervalS  NaN: nothing */
  learn(intervalS) {
    this.#seed = intervalS;
  }

  /** @returns {boolean} whether there is a tick at all */
  get hasTick() {
    return this.#changes.length > 0;
  }

  /** @returns {number} the usual time between two ticks, seconds; NaN where nothing is known */
  get intervalS() {
    const seen = this.#seen();
    if (Number.isFinite(seen)) return seen;
    return Number.isFinite(this.#seed) ? this.#seed : this.#ofItsLife();
  }

  /** @returns {number} ticks a second while they come; NaN until it is known */
  get rate() {
    const seen = this.#seen();
    return 1 / (Number.isFinite(seen) ? seen : this.#seed);
  }

  /**
   * @param {number} now  the server's UNIX seconds
   * @returns {number} since the newest tick, seconds; NaN without one. Where it was seen to come, the producer's clock is only
   *   believed as far as that allows.
   */
  quietS(now) {
    if (!this.hasTick) return NaN;
    const { at, ts } = this.#changes.at(-1);
    const least = now - at;
    if (!Number.isFinite(this.#within)) return Math.max(0, now - ts);
    return Math.min(Math.max(now - ts, least, 0), least + this.#within);
  }

  #begin(epoch, now, n, ts, sinceS) {
    const isFirst = this.#epoch === null && !Number.isFinite(sinceS);
    this.#epoch = epoch;
    this.#changes = [{ at: now, n, ts }];
    this.#within = isFirst ? Infinity : sinceS;
  }

  #note(now, n, ts, sinceS) {
    this.#within = sinceS;
    if (this.#wasQuiet(now - sinceS)) this.#changes = [];
    this.#changes.push({ at: now, n, ts });
    if (this.#changes.length > KEPT) this.#changes.shift();
  }

  /** What comes after a standstill says nothing of the pace before it, nor the standstill of the pace. */
  #wasQuiet(asked) {
    return asked - this.#changes.at(-1).at > Math.max(LEAST_BREAK_S, BREAK_INTERVALS * this.intervalS || 0);
  }

  #seen() {
    if (this.#changes.length < 2) return NaN;
    const [first, last] = [this.#changes[0], this.#changes.at(-1)];
    const published = last.ts - first.ts;
    return (published > 0 ? published : last.at - first.at) / (last.n - first.n);
  }

  /** The mean since the epoch began, which its name tells in milliseconds: better than nothing for a stream of few ticks. */
  #ofItsLife() {
    if (!this.hasTick || !this.#epoch) return NaN;
    const { n, ts } = this.#changes.at(-1);
    const lived = ts - parseInt(this.#epoch.slice(0, STAMP), 36) / 1000;
    return lived > 0 && n > 0 ? lived / n : NaN;
  }
}
