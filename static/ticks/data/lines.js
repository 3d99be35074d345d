import { Cadence } from "./cadence.js";
import { read } from "./paths.js";
import { Presence } from "./presence.js";
import { Track } from "./track.js";

const SPARE = 1.5;
/** Clocks step back by this much, seconds, without being set. */
const JITTER_S = 1;

/** Keeps the numbers of a chart, see Course. */
class Lines {
  #keys;
  #row;
  #presence;

  constructor(keys, shape) {
    this.#keys = keys;
    this.#row = new Float64Array(keys.length);
    this.#presence = new Presence(keys.length);
    this.track = new Track({ fields: keys.length, ...shape });
  }

  /** @type {Track} */
  track;
  lastTs = -Infinity;
  cadence = new Cadence();

  /** @returns {number[]} the present value of each; NaN: the newest ticks have none */
  get values() {
    return Array.from(this.track.lasts, (value, i) => (this.#presence.isGone(i) ? NaN : value));
  }

  add(tick) {
    if (!this.#read(tick)) return;
    // What was set back further than a jitter goes on from there.
    if (tick.ts < this.track.lastX - Math.max(JITTER_S, this.track.width)) this.truncate(tick.ts);
    this.track.add(tick.ts, this.#row);
    this.cadence.add(tick.ts - this.lastTs);
    this.lastTs = tick.ts;
  }

  /** The newest tick of what was read as buckets: those have no last value. */
  present(tick) {
    if (!this.#read(tick)) return;
    this.track.lasts.set(this.#row);
    this.lastTs = tick.ts;
  }

  #read(tick) {
    let has = false;
    this.#keys.forEach((keys, i) => {
      this.#row[i] = read(tick, keys);
      if (Number.isNaN(this.#row[i])) return;
      has = true;
      this.#presence.saw(i, tick.ts);
    });
    this.#presence.tick(tick.ts);
    return has;
  }

  breakOff() {
    this.track.breakOff();
  }

  truncate(ts) {
    this.track.truncate(ts);
  }
}

/** @param {import("./fields.js").Field[]} fields  numbers @returns {import("./course.js").Kind} */
export function linesOf(fields) {
  const paths = fields.map(({ path }) => path);
  const keys = fields.map((field) => field.keys);
  const empty = ({ from, to, points }) =>
    new Lines(keys, { origin: from, width: (to - from) / points, capacity: Math.ceil(points * SPARE) });
  return {
    paths,
    hasNumbers: true,
    empty,
    ofSeries: ({ start, width, columns }, { points }) => {
      const lines = new Lines(keys, { origin: start, width, capacity: Math.ceil(points * SPARE) });
      lines.track.addSeries({ start, width, columns: paths.map((path) => columns.get(path)) });
      lines.lastTs = lines.track.lastX;
      return lines;
    },
    ofTicks: (ticks, wanted) => {
      const lines = empty(wanted);
      for (const tick of inTime(ticks)) lines.add(tick);
      return lines;
    },
  };
}

/** @param {object[]} ticks @returns {object[]} as a range of time shows them: a clock that was set back makes others' neighbours */
export function inTime(ticks) {
  return ticks.toSorted((one, other) => one.ts - other.ts);
}
