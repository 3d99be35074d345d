const MOST = 2000;
const CLOCK_JITTER_S = 1;
const LONGEST_TEXT = 100;

/** The value of a time in which there was more than one. */
export const MIXED = Symbol("mixed");

/**
 * A stretch of time in which a field kept its value.
 *
 * @typedef {boolean | string | number | typeof MIXED} Value
 * @typedef {{from: number, to: number, value: Value}} Run  UNIX seconds
 */

/** The course of a boolean or a short text, in bounded memory: where it is full, the oldest changes run into one. */
export class Runs {
  /** @type {Run[]} */
  #list = [];
  #at = -Infinity;
  #joins = false;
  /** Of the last bucket of a series, seconds: ticks that come live may still be in it. */
  #reach = 0;

  /**
   * A boolean's course out of a series, in which true counts 1 and false 0.
   *
   * @param {number} start  of the first bucket, UNIX seconds
   * @param {number} width  of each bucket, seconds
   * @param {{min: ArrayLike<number>, max: ArrayLike<number>, count: ArrayLike<number>}} series  one entry a bucket
   * @returns {Runs}
   */
  static fromSeries(start, width, { min, max, count }) {
    const runs = new Runs();
    runs.#reach = width;
    for (let i = 0; i < count.length; i += 1) {
      if (!(count[i] > 0)) runs.breakOff();
      else runs.#put(start + i * width, start + (i + 1) * width, min[i] === max[i] && max[i] <= 1 ? max[i] === 1 : MIXED);
    }
    return runs;
  }

  /** @returns {Value | null} the newest; null: there has been none */
  get last() {
    return this.#list.at(-1)?.value ?? null;
  }

  /** @param {number} ts  UNIX seconds @param {boolean | string | number | null} value  null: the tick has none */
  add(ts, value) {
    const x = this.#time(ts);
    if (value !== null && value !== undefined) this.#put(x, x, short(value));
    else {
      this.#at = x;
      this.#joins = false;
    }
  }

  /** What comes next does not join what is there. */
  breakOff() {
    this.#joins = false;
  }

  /** Forgets what lies at and after ts. @param {number} ts  UNIX seconds */
  truncate(ts) {
    while (this.#list.length > 0 && this.#list.at(-1).from >= ts) this.#list.pop();
    const last = this.#list.at(-1);
    if (last) last.to = Math.min(last.to, ts);
    this.#at = Math.min(this.#at, ts);
    this.#joins = false;
  }

  /** @param {number} x  UNIX seconds @returns {Run[]} those that reach to x or beyond */
  since(x) {
    const first = firstIndex(this.#list, ({ to }) => to >= x);
    return this.#list.slice(first).map((run) => ({ ...run }));
  }

  /** @param {number} x  UNIX seconds @returns {Value | null} null: none is known */
  at(x) {
    return valueAt(this.#list, x);
  }

  /** Times must not fall: a small step back is held, a large one (the clock was set) forgets what is after it. */
  #time(ts) {
    const back = this.#at - ts;
    if (back > 0 && back < Math.max(CLOCK_JITTER_S, this.#reach)) return this.#at;
    if (back > 0) this.truncate(ts);
    this.#reach = 0;
    return ts;
  }

  #put(from, to, value) {
    const last = this.#list.at(-1);
    if (this.#joins && last.value === value) last.to = to;
    else {
      if (this.#joins) last.to = from;
      this.#list.push({ from, to, value });
      if (this.#list.length > MOST) this.#squeeze();
    }
    this.#at = to;
    this.#joins = true;
  }

  /** Were the oldest just left out, a field that changes fast would seem to have had no data. */
  #squeeze() {
    const [oldest, next] = this.#list;
    if (oldest.to === next.from) {
      next.from = oldest.from;
      if (oldest.value !== next.value) next.value = MIXED;
    }
    this.#list.shift();
  }
}

/** @param {Run[]} runs  in order @param {number} x  UNIX seconds @returns {Value | null} null: none is known */
export function valueAt(runs, x) {
  const run = runs[firstIndex(runs, ({ from }) => from > x) - 1];
  return run && run.to >= x ? run.value : null;
}

function firstIndex(runs, holds) {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(runs[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Joined anew, for a piece of a text keeps the whole text in memory. */
function short(value) {
  if (typeof value !== "string" || value.length <= LONGEST_TEXT) return value;
  return `${[...value.slice(0, LONGEST_TEXT)].join("")}…`;
}
