const CALM_S = 10;
const HEADROOM = 1.05;
const MARGIN = 0.2;
/** Part of a value that is told from it. */
const RESOLVED = 1e-9;
const HUGE = 1e7;
const NICE = { 2: [1, 1.25, 1.5, 1.75, 2], 10: [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] };

/** The y range of one chart: it grows at once and shrinks only after ten calm seconds, so that the picture does not breathe. */
export class CalmRange {
  #range = null;
  #tightSince = null;

  /**
   * While there is no value in sight: it stays, and what is drawn then counts for nothing.
   *
   * @param {import("./units.js").Scale} scale  of the axis
   * @returns {[number, number]} raw ends of the axis
   */
  rest({ factor }) {
    return this.#range ?? [0, factor];
  }

  /**
   * @param {number} low  least value in sight, or where the axis must begin
   * @param {number} high  greatest value in sight
   * @param {import("./units.js").Scale} scale  of the axis, for round ends
   * @param {number} nowS  any steady clock, seconds
   * @returns {[number, number]} raw ends of the axis
   */
  fit(low, high, scale, nowS) {
    const wanted = [low === 0 ? 0 : floorNice(low, high, scale), ceilNice(low, high, scale)];
    const [bottom, top] = this.#range ?? wanted;
    if (wanted[0] < bottom || wanted[1] > top) {
      this.#range = [Math.min(bottom, wanted[0]), Math.max(top, wanted[1])];
      this.#tightSince = null;
    } else if (wanted[0] === bottom && wanted[1] === top) {
      this.#range = wanted;
      this.#tightSince = null;
    } else {
      this.#tightSince ??= nowS;
      if (nowS - this.#tightSince >= CALM_S) this.#range = wanted;
    }
    return this.#range;
  }
}

function ceilNice(low, high, { factor, base }) {
  if (low === 0) return niceAbove((high / factor || 1) * HEADROOM, base) * factor;
  const step = stepOf(low, high, factor);
  return Math.ceil(high / factor / step + MARGIN) * step * factor;
}

function floorNice(low, high, { factor }) {
  const step = stepOf(low, high, factor);
  return Math.floor(low / factor / step - MARGIN) * step * factor;
}

function stepOf(low, high, factor) {
  const [span, size] = [high - low, Math.max(Math.abs(low), Math.abs(high))].map((one) => one / factor);
  const isFlat = span <= size * RESOLVED;
  // Around one small or huge value, 1 would be far too much, or nothing.
  const around = size > 0 && (size < 1 || size >= HUGE) ? size : 1;
  return niceAbove(isFlat ? around : span, 10) / 5;
}

function niceAbove(value, base) {
  const power = base ** Math.floor(Math.log(value) / Math.log(base));
  return (NICE[base].find((nice) => nice * power >= value) ?? base) * power;
}
