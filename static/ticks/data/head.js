/**
 * Where ticks come from at the right end of what is shown.
 *
 * @typedef {object} Source
 * @property {object | null} last  its newest tick
 * @property {import("../feed/chain.js").Cursor | null} cursor  the last tick received
 * @property {number} patience  longest quiet, in seconds, that is not a gap
 * @property {boolean} isStored  what comes is stored already, also what is still to come
 * @property {() => number} reached  up to where all was told, or has to be read, UNIX seconds
 * @property {() => number} edge  where what is shown ends, UNIX seconds
 * @property {() => number} now  what time it is there, UNIX seconds
 * @property {(listener: import("./telling.js").Listener) => () => void} listen
 */

/** The live end of the stream or, while there is one, that of a replay: cards go on with either in the same way. */
export class Head {
  #live;
  /** @type {Source} */
  #source;
  #leave = () => {};
  #listeners = [];

  /** @param {Source} live */
  constructor(live) {
    this.#live = live;
    this.turn();
  }

  /** @param {Source} [source]  absent: live */
  turn(source = this.#live) {
    this.#leave();
    this.#source = source;
    const names = ["greeted", "moved", "ticks", "broke"];
    const pass = (name) => (...facts) => this.#listeners.forEach((listener) => listener[name]?.(...facts));
    this.#leave = source.listen(Object.fromEntries(names.map((name) => [name, pass(name)])));
  }

  get last() {
    return this.#source.last;
  }

  get cursor() {
    return this.#source.cursor;
  }

  get patience() {
    return this.#source.patience;
  }

  get isStored() {
    return this.#source.isStored;
  }

  edge() {
    return this.#source.edge();
  }

  reached() {
    return this.#source.reached();
  }

  now() {
    return this.#source.now();
  }

  /** @param {import("./telling.js").Listener} listener @returns {() => void} listens no more */
  listen(listener) {
    this.#listeners.push(listener);
    return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
  }
}
