import { Cadence } from "./cadence.js";
import { valueAt } from "./paths.js";
import { Runs } from "./runs.js";

/** Keeps the booleans and texts of a card, see Course. */
class States {
  #fields;

  constructor(fields, runs = fields.map(() => new Runs())) {
    this.#fields = fields;
    this.runs = runs;
  }

  /** One for each field. @type {Runs[]} */
  runs;
  lastTs = -Infinity;
  cadence = new Cadence();

  add(tick) {
    const before = this.lastTs;
    this.#fields.forEach(({ keys, kind }, i) => {
      const value = valueAt(tick, keys);
      const isThere = typeof value === (kind === "boolean" ? "boolean" : "string");
      this.runs[i].add(tick.ts, isThere ? value : null);
      if (isThere) this.lastTs = tick.ts;
    });
    if (before !== this.lastTs) this.cadence.add(this.lastTs - before);
  }

  breakOff() {
    for (const runs of this.runs) runs.breakOff();
  }

  truncate(ts) {
    for (const runs of this.runs) runs.truncate(ts);
  }
}

/** @param {import("./fields.js").Field[]} fields  booleans and texts @returns {import("./course.js").Kind} */
export function statesOf(fields) {
  const hasNumbers = fields.some(({ kind }) => kind === "boolean");
  return {
    paths: fields.map(({ path }) => path),
    hasNumbers,
    empty: () => new States(fields),
    ofSeries: ({ start, width, columns }) => {
      const runs = fields.map(({ path }) => {
        const column = columns.get(path);
        return column ? Runs.fromSeries(start, width, column) : new Runs();
      });
      return new States(fields, runs);
    },
    ofTicks: (ticks) => {
      const states = new States(fields);
      for (const tick of ticks) states.add(tick);
      return states;
    },
  };
}
