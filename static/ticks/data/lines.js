import { Cadence } from "./cadence.js";
import { read } from "./paths.js";
import { Track } from "./track.js";

const SPARE = 1.5;

/** Keeps the numbers of a chart, see Course. */
class Lines {
  #keys;
  #row;

  constructor(keys, shape) {
    this.#keys = keys;
    this.#row = new Float64Array(keys.length);
    this.track = new Track({ fields: keys.length, ...shape });
  }

  /** @type {Track} */
  track;
  lastTs = -Infinity;
  cadence = new Cadence();

  add(tick) {
    let has = false;
    this.#keys.forEach((keys, i) => {
      this.#row[i] = read(tick, keys);
      has ||= !Number.isNaN(this.#row[i]);
    });
    if (!has) return;
    this.track.add(tick.ts, this.#row);
    this.cadence.add(tick.ts - this.lastTs);
    this.lastTs = tick.ts;
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
      for (const tick of ticks) lines.add(tick);
      return lines;
    },
  };
}
