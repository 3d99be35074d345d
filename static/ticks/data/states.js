import { Cadence } from "./cadence.js";
import { inTime } from "./lines.js";
import { valueAt } from "./paths.js";
import { Presence } from "./presence.js";
import { Runs } from "./runs.js";

/** Keeps the booleans and texts of a card, see Course. */
class States {
  #fields;
  #presence;
  #tickTs = -Infinity;
  /** Of all ticks, whatever they have. */
  #rhythm = new Cadence();

  constructor(fields, runs = fields.map(() => new Runs())) {
    this.#fields = fields;
    this.#presence = new Presence(fields.length);
    this.runs = runs;
  }

  /** One for each field. @type {Runs[]} */
  runs;
  lastTs = -Infinity;
  cadence = new Cadence();

  /** @returns {(boolean | string | symbol | null)[]} the present value of each; null: the newest ticks have none */
  get values() {
    return this.runs.map((runs, i) => (this.#presence.isGone(i) ? null : runs.last));
  }

  add(tick) {
    const before = this.lastTs;
    const rest = tick.ts - this.#tickTs;
    if (rest > this.#rhythm.patience && rest < Infinity) this.breakOff();
    this.#rhythm.add(rest);
    this.#tickTs = tick.ts;
    this.#take(tick);
    if (before !== this.lastTs) this.cadence.add(this.lastTs - before);
  }

  /** The newest tick of what was read as buckets: those have no last value. */
  present(tick) {
    this.#take(tick);
  }

  /** What was before decides what is silence. @param {number[]} times  UNIX seconds, rising */
  suppose(times) {
    this.#rhythm.suppose(times);
  }

  #take(tick) {
    this.#presence.tick(tick.ts);
    this.#fields.forEach(({ keys, kind }, i) => {
      const value = valueAt(tick, keys);
      const isThere = typeof value === (kind === "boolean" ? "boolean" : "string");
      this.runs[i].add(tick.ts, isThere ? value : null);
      if (!isThere) return;
      this.#presence.saw(i, tick.ts);
      this.lastTs = tick.ts;
    });
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
      const sorted = inTime(ticks);
      states.suppose(sorted.map(({ ts }) => ts));
      for (const tick of sorted) states.add(tick);
      return states;
    },
  };
}
