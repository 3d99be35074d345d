const STATS = ["min", "max", "mean", "sum", "count"];

/**
 * The course of some fields over time in fixed memory: rows of buckets, each with the least, the largest and the mean
 * of every field. A bucket with a single tick is that tick, at its own time.
 *
 * Every column is a typed array of twice the capacity. Rows are appended until its end, then the newest ones go to the
 * beginning of another one: what is in sight is always one contiguous piece, which a chart can read without a copy.
 *
 * @typedef {object} View
 * @property {Float64Array} x  times, UNIX seconds, rising
 * @property {Float64Array[]} min  by field; NaN: no value
 * @property {Float64Array[]} max
 * @property {Float64Array[]} mean
 * @property {Float64Array[]} count  of values
 * @property {boolean} isWhole  every row is one tick
 */
export class Track {
  #origin;
  #width;
  #capacity;
  #start = 0;
  #end = 0;
  #x;
  #bucket;
  #ticks;
  #columns;
  #sealed = false;
  #breaks = [];

  /**
   * @param {object} shape
   * @param {number} shape.origin  where a bucket begins, UNIX seconds
   * @param {number} shape.width  of a bucket, seconds
   * @param {number} shape.capacity  rows kept
   * @param {number} shape.fields  how many
   */
  constructor({ origin, width, capacity, fields }) {
    this.#origin = origin;
    this.#width = width;
    this.#capacity = capacity;
    const array = () => new Float64Array(2 * capacity);
    this.#x = array();
    this.#bucket = array();
    this.#ticks = array();
    this.#columns = Array.from({ length: fields }, () => Object.fromEntries(STATS.map((name) => [name, array()])));
    this.lasts = new Float64Array(fields).fill(NaN);
  }

  /** The newest value of each field, of ticks that were added one by one; NaN: none yet. @type {Float64Array} */
  lasts;

  /** @returns {number} seconds */
  get width() {
    return this.#width;
  }

  /** @returns {number} rows held */
  get size() {
    return this.#end - this.#start;
  }

  /** @returns {number} time of the newest row, UNIX seconds; -Infinity where there is none */
  get lastX() {
    return this.size === 0 ? -Infinity : this.#x[this.#end - 1];
  }

  /**
   * Adds one tick behind all others.
   *
   * @param {number} ts  UNIX seconds; earlier than the newest row counts as its time
   * @param {ArrayLike<number>} values  by field; NaN: none
   */
  add(ts, values) {
    const x = Math.max(ts, this.lastX);
    const bucket = Math.floor((x - this.#origin) / this.#width);
    if (this.#sealed || this.size === 0 || bucket > this.#bucket[this.#end - 1]) this.#begin(x, bucket);
    const row = this.#end - 1;
    this.#ticks[row] += 1;
    this.#x[row] = this.#ticks[row] === 1 ? x : this.#middle(bucket);
    for (let i = 0; i < values.length; i += 1) {
      if (Number.isNaN(values[i])) continue;
      fold(this.#columns[i], row, values[i], values[i], values[i], 1);
      this.lasts[i] = values[i];
    }
  }

  /**
   * Adds what the API told of these fields, on a track that is new.
   *
   * @param {{start: number, width: number, columns: ({min: (number|null)[], max: (number|null)[], mean: (number|null)[],
   *   count: number[]} | undefined)[]}} series  with this track's own origin and width
   */
  addSeries({ start, width, columns }) {
    const size = Math.max(0, ...columns.map((column) => column?.count.length ?? 0));
    for (let at = 0; at < size; at += 1) {
      const most = columns.reduce((count, column) => Math.max(count, column?.count[at] ?? 0), 0);
      if (most === 0) continue;
      this.#begin(start + (at + 0.5) * width, at);
      const row = this.#end - 1;
      this.#ticks[row] = most;
      columns.forEach((column, i) => {
        const count = column?.count[at] ?? 0;
        if (count === 0) return;
        fold(this.#columns[i], row, column.min[at], column.max[at], column.mean[at] * count, count);
      });
    }
  }

  /** What comes next does not join what is there. */
  breakOff() {
    if (this.size === 0) return;
    this.#sealed = true;
    this.#breaks.push(this.lastX);
    if (this.#breaks.length > this.#capacity) this.#breaks.shift();
  }

  /** Forgets the rows at and after a time: the source's clock was set back. @param {number} ts  UNIX seconds */
  truncate(ts) {
    while (this.size > 0 && this.lastX >= ts) this.#end -= 1;
    this.#breaks = this.#breaks.filter((x) => x < ts);
    this.breakOff();
  }

  /**
   * @param {number} from  UNIX seconds
   * @param {number} to
   * @returns {View} the rows of this time, and the one on either side of it; valid until the next `add`
   */
  view(from, to) {
    const all = this.#x.subarray(this.#start, this.#end);
    const first = this.#start + Math.max(0, firstAtOrAfter(all, from) - 1);
    const last = this.#start + Math.min(this.size, firstAtOrAfter(all, to) + 1);
    const cut = (name) => this.#columns.map((column) => column[name].subarray(first, last));
    const isWhole = this.#ticks.subarray(first, last).every((count) => count === 1);
    const [min, max, mean, count] = ["min", "max", "mean", "count"].map(cut);
    return { x: this.#x.subarray(first, last), min, max, mean, count, isWhole };
  }

  /**
   * @param {View} view  of this track
   * @param {number} patience  longest quiet that is no gap, seconds
   * @returns {{from: number, to: number}[]} where it has no data although there is some on either side
   */
  holes({ x }, patience) {
    const slack = patience < this.#width ? 1.5 * this.#width : patience;
    const found = [];
    for (let i = 1; i < x.length; i += 1) {
      if (x[i] - x[i - 1] > slack || this.#breaks.includes(x[i - 1])) found.push({ from: x[i - 1], to: x[i] });
    }
    return found;
  }

  #middle(bucket) {
    return this.#origin + (bucket + 0.5) * this.#width;
  }

  #begin(x, bucket) {
    if (this.#end === 2 * this.#capacity) this.#moveDown();
    const row = this.#end;
    this.#x[row] = x;
    this.#bucket[row] = bucket;
    this.#ticks[row] = 0;
    for (const column of this.#columns) {
      column.min[row] = column.max[row] = column.mean[row] = NaN;
      column.sum[row] = column.count[row] = 0;
    }
    this.#end += 1;
    if (this.size > this.#capacity) this.#start += 1;
    this.#sealed = false;
  }

  /** To new arrays: what was given out stays as it was drawn. */
  #moveDown() {
    const moved = (array) => {
      const made = new Float64Array(array.length);
      made.set(array.subarray(this.#start, this.#end));
      return made;
    };
    [this.#x, this.#bucket, this.#ticks] = [this.#x, this.#bucket, this.#ticks].map(moved);
    for (const column of this.#columns) for (const name of STATS) column[name] = moved(column[name]);
    this.#end -= this.#start;
    this.#start = 0;
  }
}

function fold(column, row, min, max, sum, count) {
  // A comparison with NaN is false: the first value of a row is taken whatever it is.
  if (!(column.min[row] <= min)) column.min[row] = min;
  if (!(column.max[row] >= max)) column.max[row] = max;
  column.sum[row] += sum;
  column.count[row] += count;
  column.mean[row] = column.sum[row] / column.count[row];
}

/** @param {Float64Array} sorted @param {number} x @returns {number} how many are less than x */
export function firstAtOrAfter(sorted, x) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
