import { Answers, ARRIVED, UNDERWAY } from "./answers.js";
import { Chain } from "./chain.js";
import { listed } from "./listed.js";

/** What became of a message: it continues the chain, it is not for this place, or something before it is missing. */
export const TAKEN = "taken";
export const PASSED = "passed";
export const MISSING = "missing";

/**
 * What of the stream is wanted, and how.
 *
 * @typedef {object} Wish
 * @property {{fields?: string[] | string, downsample?: number}} selection
 * @property {object | null} start  `from_t` and `epoch`, or `from_ts`; null: at the cursor, else the newest tick
 * @property {number | null} speed  of a replay; null: live
 * @property {boolean} paused
 */

/** One reader's conversation in `ticks.v1`: where it stands, what it wants, what it says. Pure: it moves no bytes. */
export class Session {
  #stream;
  #chain = new Chain();
  /** @type {Wish} */
  #wish;
  /** @type {Wish} what the server has agreed to */
  #agreed;
  #answers = new Answers();
  /** What comes is of a place that is not, or no more, this reader's. */
  #isAstray = false;
  /** @type {number | null} when it was told first that the stream has no tick, UNIX seconds of the server */
  #emptySince = null;

  /** Of the last hello taken: whether it goes on where this reader was. */
  resumed = false;

  /** @param {import("../feed.js").FeedOptions} options */
  constructor({ stream, fields, downsample, ...from }) {
    this.#stream = stream;
    this.#wish = { selection: { fields, downsample }, start: placeOf(from), speed: null, paused: false };
    this.#agreed = this.#wish;
  }

  /** @returns {import("./chain.js").Cursor | null} the last tick taken */
  get cursor() {
    return this.#chain.cursor;
  }

  /** @returns {boolean} whether it asks for something else than the newest tick and what comes then */
  get hasStart() {
    return this.#wish.start !== null;
  }

  /** @returns {Record<string, string>} parameters that name what is read, wherever it begins */
  get what() {
    const { fields, downsample } = this.#wish.selection;
    return texts({ stream: this.#stream, fields: Array.isArray(fields) ? listed(fields) : fields, downsample });
  }

  /**
   * A new connection.
   *
   * @returns {{query: Record<string, string>, first: object[]}}  of its address; what to say on it before anything else
   */
  begin() {
    const { paused, speed } = this.#wish;
    this.#answers = new Answers();
    // A hello answers a query too: where that names another place than the cursor, it is to be believed.
    this.#answers.expect("live", !paused && speed === null && this.hasStart && this.cursor !== null);
    // No query says "paused" or "replay": until the server has heard that, it tells of another place.
    this.#isAstray = paused || speed !== null;
    if (this.#isAstray) return { query: this.what, first: paused ? [{ type: "pause" }] : this.#seek() };
    return { query: { ...this.what, ...texts(this.#place()) }, first: [] };
  }

  /** @param {import("../feed.js").Place & {fields?: string[] | string, downsample?: number}} wanted @returns {object[]} to be said */
  subscribe({ fields, downsample, ...from }) {
    const start = placeOf(from);
    this.#wish = { ...this.#wish, selection: { fields, downsample }, paused: false };
    if (start !== null) this.#wish = { ...this.#wish, start, speed: null };
    if (start !== null || (this.#isAstray && this.#wish.speed === null)) return this.#seek();
    const told = this.#ask({ type: "subscribe", fields, downsample });
    return this.#isAstray ? [...told, ...this.#seek()] : told;
  }

  /** @returns {object[]} to be said */
  pause() {
    this.#wish = { ...this.#wish, paused: true };
    this.#agreed = { ...this.#agreed, paused: true };
    return [{ type: "pause" }];
  }

  /** @returns {object[]} to be said */
  resume() {
    this.#wish = { ...this.#wish, paused: false };
    return this.#isAstray ? this.#seek() : this.#ask({ type: "resume" });
  }

  /** @param {import("../feed.js").Place & {speed?: number}} wanted @returns {object[]} to be said */
  replay({ speed = 1, ...from }) {
    this.#wish = { ...this.#wish, start: placeOf(from) ?? this.#wish.start, speed, paused: false };
    return this.#seek();
  }

  /** @param {object} message @returns {TAKEN | PASSED | MISSING} */
  take(message) {
    if (message.type === "hello") return this.#greet(message);
    if (message.type === "error" && isRefusal(message)) return this.#refused();
    if (message.type !== "ticks" && message.type !== "gap") return TAKEN;
    if (this.#isAstray) return PASSED;
    if (message.type === "ticks") return this.#chain.ticks(message) ? TAKEN : MISSING;
    this.#chain.gap(message);
    return TAKEN;
  }

  #greet(hello) {
    const meaning = this.#answers.hello(hello);
    if (meaning === ARRIVED) return this.#arrive(hello);
    if (meaning === UNDERWAY || this.#isAstray) return PASSED;
    this.resumed = this.#chain.hello(hello);
    if (this.cursor === null) this.#emptySince ??= hello.server_time ?? null;
    if (hello.cursor !== null) this.#wish = { ...this.#wish, start: null };
    if (hello.mode !== "replay") this.#wish = { ...this.#wish, speed: null };
    this.#agreed = this.#wish;
    return TAKEN;
  }

  #arrive({ cursor }) {
    this.resumed = same(cursor, this.cursor);
    this.#chain.move(cursor);
    this.#isAstray = false;
    this.#wish = { ...this.#wish, start: null };
    this.#agreed = this.#wish;
    return TAKEN;
  }

  /** The server goes on as before. */
  #refused() {
    this.#answers.refused();
    if (this.#answers.isMoving) return TAKEN;
    this.#wish = this.#agreed;
    return this.#isAstray && !this.#wish.paused ? MISSING : TAKEN;
  }

  /** What takes the server to this reader's place; what comes until it answers is of another one. */
  #seek() {
    const { speed, selection } = this.#wish;
    this.#isAstray = true;
    if (speed === null) return this.#ask({ type: "subscribe", ...selection, ...this.#place() }, true);
    return this.#ask({ type: "replay", ...this.#place(), speed }, true);
  }

  #ask(message, isMove = false) {
    this.#answers.expect(this.#wish.speed === null ? "live" : "replay", isMove);
    return [message];
  }

  #place() {
    if (this.#wish.start !== null) return this.#wish.start;
    if (this.cursor !== null) return { from_t: this.cursor.t, epoch: this.cursor.epoch };
    return this.#emptySince === null ? {} : { from_ts: this.#emptySince };
  }
}

function placeOf({ fromT, epoch, fromTs }) {
  if (fromT !== undefined) return { from_t: fromT, epoch };
  return fromTs === undefined ? null : { from_ts: fromTs };
}

function isRefusal({ code }) {
  return code === "bad_message" || code === "unknown_message";
}

function same(one, other) {
  return one?.epoch === other?.epoch && one?.t === other?.t;
}

function texts(values) {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}
