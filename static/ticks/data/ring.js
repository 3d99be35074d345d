const lower = (a, b) => (b < a || Number.isNaN(a) ? b : a);
const upper = (a, b) => (b > a || Number.isNaN(a) ? b : a);

/**
 * The newest rows of a table of numbers, in fixed memory.
 *
 * Every column is a typed array of twice the capacity with each value written at i and i + capacity, so that the
 * newest rows are always one contiguous piece that a chart can read without a copy.
 *
 * Ticks closer together than a bucket (span × 2 / capacity) share two rows, one with the least and one with the
 * greatest value of each column: a fast stream keeps its whole span and its peaks.
 */
export class Ring {
  #capacity;
  #bucketS;
  #bucketAt = -Infinity;
  #paired = false;
  #next = 0;
  #size = 0;
  #x;
  #columns = [];

  /**
   * @param {number} capacity  rows kept
   * @param {number} spanS  seconds that they must be able to cover
   */
  constructor(capacity, spanS) {
    this.#capacity = capacity;
    this.#bucketS = (2 * spanS) / capacity;
    this.#x = new Float64Array(2 * capacity);
  }

  /** @returns {number} rows held */
  get size() {
    return this.#size;
  }

  /** @returns {number} time of the newest row, UNIX seconds; -Infinity when there is none */
  get lastX() {
    return this.#size === 0 ? -Infinity : this.#x[this.#row(1)];
  }

  /** Adds a column, without values for the rows that are there. @returns {number} its index */
  addColumn() {
    this.#columns.push({ values: new Float64Array(2 * this.#capacity).fill(NaN), missing: this.#size });
    return this.#columns.length - 1;
  }

  /**
   * @param {number} x  UNIX seconds, not before lastX
   * @param {ArrayLike<number>} values  one for each column; NaN: no value
   */
  push(x, values) {
    if (x - this.#bucketAt >= this.#bucketS) {
      this.#append(x, values);
      this.#bucketAt = x;
      this.#paired = false;
    } else {
      this.#fold(x, values);
    }
  }

  /** The next row starts a bucket of its own. */
  seal() {
    this.#bucketAt = -Infinity;
  }

  /** Forgets the rows at and after x: the source's clock was set back. @param {number} x  UNIX seconds */
  truncate(x) {
    while (this.#size > 0 && this.lastX >= x) {
      const row = this.#row(1);
      for (const column of this.#columns) if (Number.isNaN(column.values[row])) column.missing -= 1;
      this.#next = row;
      this.#size -= 1;
    }
    this.seal();
  }

  /**
   * @param {number[]} columns  indices
   * @param {number} sinceX  the oldest time wanted, UNIX seconds
   * @returns {ArrayLike<number | null>[]} times, then one array a column; missing values are null. Valid until the next push.
   */
  view(columns, sinceX) {
    const start = this.#row(this.#size);
    const all = this.#x.subarray(start, start + this.#size);
    const skip = firstAtOrAfter(all, sinceX);
    const cut = ({ values, missing }) => {
      const part = values.subarray(start + skip, start + this.#size);
      return missing === 0 ? part : Array.from(part, (v) => (Number.isNaN(v) ? null : v));
    };
    return [all.subarray(skip), ...columns.map((index) => cut(this.#columns[index]))];
  }

  #row(back) {
    return (this.#next - back + this.#capacity) % this.#capacity;
  }

  #append(x, values) {
    const row = this.#next;
    const full = this.#size === this.#capacity;
    this.#put(this.#x, row, x);
    this.#columns.forEach((column, i) => {
      if (full && Number.isNaN(column.values[row])) column.missing -= 1;
      if (Number.isNaN(values[i])) column.missing += 1;
      this.#put(column.values, row, values[i]);
    });
    this.#next = (row + 1) % this.#capacity;
    if (!full) this.#size += 1;
  }

  #fold(x, values) {
    const least = this.#row(this.#paired ? 2 : 1);
    if (!this.#paired) this.#append(x, this.#columns.map(({ values: v }) => v[least]));
    this.#paired = true;
    const greatest = this.#row(1);
    this.#put(this.#x, greatest, x);
    this.#columns.forEach((column, i) => {
      if (Number.isNaN(values[i])) return;
      if (Number.isNaN(column.values[least])) column.missing -= 2;
      this.#put(column.values, least, lower(column.values[least], values[i]));
      this.#put(column.values, greatest, upper(column.values[greatest], values[i]));
    });
  }

  #put(array, row, value) {
    array[row] = value;
    array[row + this.#capacity] = value;
  }
}

function firstAtOrAfter(sorted, x) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
