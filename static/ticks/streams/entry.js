import { judge, STATES } from "../fresh/health.js";
import { _ } from "../i18n.js";
import { Pace } from "./pace.js";

const ORDER = Object.keys(STATES);
const STILL = ["offline", "stale"];

/**
 * What an answer says of one stream.
 *
 * @typedef {object} Told
 * @property {string} name
 * @property {boolean} public
 * @property {string} description
 * @property {"up" | "down"} producer
 * @property {string | null} epoch  of its newest tick, as `t`, `n` and `ts`; null where there is none
 * @property {number | null} t
 * @property {number | null} n  its ordinal in the epoch
 * @property {number | null} ts  when it was published, UNIX seconds
 */

/** One stream, as the answers so far tell it. */
export class Entry {
  #pace = new Pace();
  #archivedTs = NaN;
  #producer = "up";
  #isMoving = false;
  #n = null;

  /** @type {keyof typeof STATES} */
  state = "connecting";
  /** The state that counts where things would hop about: the last one that held for two answers. */
  settled = "connecting";
  isPublic = false;
  description = "";

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** @param {Told} told @param {number} now  when it was so, the server's UNIX seconds */
  take(told, now) {
    const isFirst = this.state === "connecting" || this.state === "gone";
    this.isPublic = told.public;
    this.description = told.description;
    this.#producer = told.producer;
    this.#isMoving = !isFirst && told.n !== this.#n;
    this.#n = told.n;
    this.#pace.take(now, told);
    this.#enter(this.#judged(now), isFirst);
  }

  /** It was not in the answer: deleted, or no longer for this viewer. */
  lose() {
    this.#enter("gone", true);
  }

  /**
   * What the archive says of it.
   *
   * @param {number} lastTs  when its newest archived tick was made, UNIX seconds; NaN: unknown
   * @param {number} intervalS  between two ticks of late; NaN: unknown
   */
  learn(lastTs, intervalS) {
    this.#archivedTs = lastTs;
    this.#pace.learn(intervalS);
  }

  /** @returns {number} ticks a second; NaN until it is known */
  get rate() {
    if (this.state === "empty" || this.state === "gone") return NaN;
    return STILL.includes(this.state) ? 0 : this.#pace.rate;
  }

  /** @param {number} now  the server's UNIX seconds @returns {number} of the newest tick, seconds; NaN without one */
  ageS(now) {
    return this.#pace.hasTick ? this.#pace.quietS(now) : Math.max(0, now - this.#archivedTs);
  }

  /** @returns {string} what there is to say besides the state; mostly nothing */
  get note() {
    return this.state === "offline" ? _("no producer") : "";
  }

  #judged(now) {
    const quietS = this.ageS(now);
    const hasTick = Number.isFinite(quietS);
    // To somebody who looks at all streams, one that nobody makes is what a server out of reach is to who looks at one.
    const link = hasTick && this.#producer === "down" && !this.#isMoving ? "stopped" : "live";
    return judge({ link, downS: 0, greeted: true, hasTick, quietS, intervalS: this.#pace.intervalS });
  }

  #enter(state, isFirst) {
    if (isFirst || state === this.state) this.settled = state;
    this.state = state;
  }
}

/**
 * @param {Iterable<keyof typeof STATES>} states
 * @returns {Map<keyof typeof STATES, number>} how often each is there, from worst to best; what is gone does not count
 */
export function tally(states) {
  const counts = new Map(ORDER.map((state) => [state, 0]));
  for (const state of states) counts.set(state, counts.get(state) + 1);
  return new Map([...counts].filter(([state, count]) => count > 0 && state !== "gone"));
}

/**
 * @param {Entry[]} entries
 * @param {"state" | "name"} by  worst first, or by name
 * @returns {Entry[]} in that order; among equals by name
 */
export function ordered(entries, by) {
  const byName = (one, other) => (one.name < other.name ? -1 : 1);
  if (by === "name") return entries.toSorted(byName);
  const rank = ({ settled }) => ORDER.indexOf(settled);
  return entries.toSorted((one, other) => rank(one) - rank(other) || byName(one, other));
}

/** @param {Entry} entry @param {string} wanted  words, all of them to be in its name or description @returns {boolean} */
export function matches({ name, description }, wanted) {
  const text = `${name} ${description}`.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
