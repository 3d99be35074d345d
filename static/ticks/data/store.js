import { Cadence } from "../fresh/cadence.js";
import { Gaps } from "./gaps.js";
import { expand, read } from "./paths.js";
import { Ring } from "./ring.js";

const CAPACITY = 4000;
const MOST_COLUMNS = 64;
const GAP_INTERVALS = 2.5;
const LEAST_GAP_S = 1;
const CLOCK_JITTER_S = 1;

/**
 * One series that a pattern of the layout turned out to mean.
 *
 * @typedef {{index: number, path: import("./paths.js").Path, name: string}} Column
 */

/** What a dashboard keeps of a stream: the last window of the fields it shows, bounded whatever the rate. */
export class Store {
  #ring;
  #gaps = new Gaps();
  #columns = new Map();
  #open = [];
  #pending = null;

  /** Newest tick, or null. @type {object | null} */
  last = null;
  /** Grows by one with every new column. */
  version = 0;

  /** @param {number} spanS  seconds kept */
  constructor(spanS) {
    this.#ring = new Ring(CAPACITY, spanS);
    this.cadence = new Cadence();
  }

  /** @param {import("./layout.js").SeriesSpec[]} series  fields to keep from now on */
  watch(series) {
    for (const { pattern, path } of series) {
      if (this.#columns.has(pattern)) continue;
      const wild = path === undefined && pattern.split(".").includes("*");
      this.#columns.set(pattern, []);
      if (wild) this.#open.push(pattern);
      else this.#add(pattern, path ?? pattern.split("."));
    }
  }

  /** @param {string} pattern @returns {Column[]} */
  columns(pattern) {
    return this.#columns.get(pattern) ?? [];
  }

  /** @param {object} tick */
  add(tick) {
    const x = this.#time(tick.ts);
    for (const pattern of this.#open) for (const path of expand(tick, pattern)) this.#add(pattern, path);
    this.#markGap(x);
    this.#ring.push(x, this.#row(tick));
    this.last = tick;
  }

  /** The next tick does not follow the last one. @param {string} reason  as in the stream's `gap` message */
  breakOff(reason) {
    this.#pending = reason;
  }

  /** @param {Column[]} columns @param {number} sinceX @returns {ArrayLike<number | null>[]} see Ring.view */
  view(columns, sinceX) {
    return this.#ring.view(columns.map(({ index }) => index), sinceX);
  }

  /** @param {number} sinceX  UNIX seconds @returns {import("./gaps.js").Gap[]} */
  gaps(sinceX) {
    return this.#gaps.since(sinceX);
  }

  /** @returns {number} longest quiet, in seconds, that is not a gap */
  get patience() {
    return Math.max(GAP_INTERVALS * this.cadence.interval || 0, LEAST_GAP_S);
  }

  #add(pattern, path) {
    const known = this.#columns.get(pattern);
    const name = path.join(".");
    if (this.version >= MOST_COLUMNS || known.some((column) => column.name === name)) return;
    known.push({ index: this.#ring.addColumn(), path, name });
    this.version += 1;
  }

  /** Times must rise for a chart: a small step back is held, a large one (the clock was set) unwinds what is after it. */
  #time(ts) {
    const back = this.#ring.lastX - ts;
    if (!(back > 0)) return ts;
    if (back < CLOCK_JITTER_S) return this.#ring.lastX;
    this.#ring.truncate(ts);
    this.#gaps.truncate(ts);
    this.#pending ??= "clock";
    return ts;
  }

  #markGap(x) {
    if (this.#ring.size === 0) return;
    const from = this.#ring.lastX;
    const quiet = x - from > this.patience && Number.isFinite(this.cadence.interval);
    if (this.#pending !== null || quiet) {
      this.#gaps.add({ from, to: x, reason: this.#pending ?? "silent" });
      this.#ring.seal();
    }
    // Quiet times count too, or a stream that turned slower would be nothing but gaps for ever.
    if (this.#pending === null) this.cadence.add(x - from);
    this.#pending = null;
  }

  #row(tick) {
    const row = new Float64Array(this.version);
    for (const columns of this.#columns.values()) for (const { index, path } of columns) row[index] = read(tick, path);
    return row;
  }
}
