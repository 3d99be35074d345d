import { listed } from "../feed/listed.js";
import { _ } from "../i18n.js";
import { Preloaded } from "./preloaded.js";

const LIMIT_MS = 20_000;
const MOST_FIELDS = 40;
const MOST_VALUES = 80_000;
const MOST_PAGES = 4;
/** Of the names in one question. */
const MOST_CHARACTERS = 4000;

/** The server refuses, or can't answer. */
export class HistoryError extends Error {
  /** @param {number} status  0: no answer at all @param {string} detail  for people */
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/**
 * A place in the stream: all up to and with this tick.
 *
 * @typedef {import("../feed/chain.js").Cursor} Cursor
 *
 * @typedef {{from: number, to: number}} Span  UNIX seconds, the end not included
 *
 * @typedef {object} Series
 * @property {number} start  of the first bucket, UNIX seconds
 * @property {number} end  of the last bucket; it may be later than was asked
 * @property {number} width  seconds
 * @property {Cursor | null} through  what was counted; null: nothing is stored
 * @property {number | null} throughTs  when that was made, UNIX seconds: what was made at `end` or later is in no bucket
 * @property {Map<string, {min: (number|null)[], max: (number|null)[], mean: (number|null)[], count: number[]}>} columns  by path
 */

/** What is stored of one stream, as the API tells it. */
export class History {
  #url;
  #headers;
  #waiting = new Map();
  #preloaded;

  /**
   * @param {string} url  of the stream in the API, with a slash at its end
   * @param {object} [more]
   * @param {string} [more.link]  that is shown for it: a kiosk's
   * @param {import("./preloaded.js").First | null} [more.first]  what the page has asked for already
   */
  constructor(url, { link, first = null } = {}) {
    this.#url = url;
    this.#headers = { Accept: "application/json", ...(link ? { Authorization: `Link ${link}` } : {}) };
    this.#preloaded = new Preloaded(first, (address) => this.#fetch(address));
  }

  /** @type {Preloaded["ticks"]} */
  preloaded(paths, from) {
    return this.#preloaded.ticks(paths, from);
  }

  /**
   * @param {string[]} paths
   * @param {Span} span
   * @param {number} points  buckets, at most
   * @returns {Promise<Series>}
   * @throws {HistoryError}
   */
  async series(paths, span, points) {
    const most = Math.min(MOST_FIELDS, Math.floor(MOST_VALUES / points));
    const told = await this.#together(paths, most, { ...bounds(span), points }, (query) => this.#get("series/", query));
    const { from_ts: start, to_ts: end, width_s: width, through, through_ts: throughTs, fields } = told;
    return { start, end, width, through, throughTs, columns: new Map(Object.entries(fields)) };
  }

  /**
   * @param {string[]} paths
   * @param {Span} span
   * @param {number} most  ticks
   * @returns {Promise<{ticks: object[], through: Cursor | null} | null>} null: there are more than that
   * @throws {HistoryError}
   */
  async ticks(paths, span, most) {
    const query = { ...bounds(span), limit: most };
    const pages = await this.#together(paths, MOST_FIELDS, query, (part) => this.#pages(part));
    const ticks = pages.flatMap((page) => page.ticks);
    const { next, epoch, next_t: t } = pages.at(-1);
    if (next !== null || ticks.length > most) return null;
    return { ticks, through: epoch === null ? null : { epoch, t } };
  }

  /** @param {number} ts  UNIX seconds @param {string[]} paths @returns {Promise<object | null>} the newest tick made by then */
  async tickAt(ts, paths) {
    const query = { to_ts: ts + 1e-6, order: "desc", limit: 1 };
    const found = await this.#together(paths, MOST_FIELDS, query, (part) => this.#get("ticks/", part));
    return found.ticks[0] ?? null;
  }

  /**
   * The tick beside a place.
   *
   * @param {Cursor | null} cursor  the last tick in sight; null: those made before `ts` are
   * @param {number} ts  UNIX seconds
   * @param {1 | -1} by  the next one, or the last one but one in sight
   * @returns {Promise<{epoch: string, t: number, ts: number} | null>}
   * @throws {HistoryError}
   */
  async neighbour(cursor, ts, by) {
    const [place, time, order] = by > 0 ? ["after", "from_ts", "asc"] : ["before", "to_ts", "desc"];
    const at = cursor === null ? { [time]: ts } : { [place]: `${cursor.epoch}:${cursor.t}` };
    // Without a cursor, the last one in sight is itself the first one found.
    const count = cursor === null && by < 0 ? 2 : 1;
    const found = [];
    for (let page = null; found.length < count && page?.next !== null; ) {
      page = await (page ? this.#fetch(new URL(page.next)) : this.#get("ticks/", { ...at, order, limit: count, fields: "ts" }));
      found.push(...page.ticks.map((tick) => ({ ...tick, epoch: page.epoch })));
    }
    return found[count - 1] ?? null;
  }

  /**
   * @param {Span} span
   * @returns {Promise<{reason: string, count: number, from: number | null, to: number | null}[]>} what is missing, and why
   */
  async gaps(span) {
    const { gaps } = await this.#get("gaps/", bounds(span));
    return gaps.map(({ reason, count, from_ts: from, to_ts: to }) => ({ reason, count, from, to }));
  }

  /** @param {number} count @returns {Promise<number[]>} when the newest ticks were made, UNIX seconds, the newest first */
  async newest(count) {
    return (await this.#get("ticks/", { order: "desc", limit: count, fields: "ts" })).ticks.map(({ ts }) => ts);
  }

  /** @returns {Promise<Cursor | null>} the newest tick that can be read; null: there is none */
  async reached() {
    const { epoch, ticks } = await this.#get("ticks/", { order: "desc", limit: 1, fields: "ts" });
    return ticks.length > 0 ? { epoch, t: ticks[0].t } : null;
  }

  /** @returns {Promise<{path: string, type: string, unit?: string}[]>} all that it is known to have, as declared */
  async fields() {
    return (await this.#get("fields/")).fields;
  }

  /** @returns {Promise<number | null>} when the oldest tick that is kept was made, UNIX seconds */
  async oldest() {
    return (await this.#get("")).epochs[0]?.oldest_ts ?? null;
  }

  /** Those who ask for the same range at the same moment are asked for together, up to so many fields. */
  #together(paths, most, query, ask) {
    const key = JSON.stringify(query);
    let parts = this.#waiting.get(key);
    if (parts === undefined) {
      parts = [];
      this.#waiting.set(key, parts);
      setTimeout(() => this.#waiting.delete(key), 0);
    }
    let part = parts.find((one) => new Set([...one.paths, ...paths]).size <= most && lengthOf(one.paths) < MOST_CHARACTERS);
    if (part === undefined) {
      const added = new Set();
      const asked = new Promise((resolve) => setTimeout(resolve, 0)).then(() => ask({ ...query, fields: listed([...added]) }));
      part = { paths: added, asked };
      parts.push(part);
    }
    paths.forEach((path) => part.paths.add(path));
    return part.asked;
  }

  /** Pages are of one epoch each; more than a few are more than anybody wants. */
  async #pages(query) {
    const pages = [await this.#get("ticks/", query)];
    while (pages.at(-1).next !== null && pages.length < MOST_PAGES) pages.push(await this.#fetch(new URL(pages.at(-1).next)));
    return pages;
  }

  #get(resource, query = {}) {
    const url = new URL(resource, new URL(this.#url, location.href));
    url.search = new URLSearchParams(query).toString();
    return this.#fetch(url);
  }

  async #fetch(url) {
    // By path alone: behind a proxy the server may know itself by another name.
    const address = url.pathname + url.search;
    let answer;
    try {
      answer = await fetch(address, { headers: this.#headers, signal: AbortSignal.timeout(LIMIT_MS) });
    } catch (error) {
      const isLate = error.name === "TimeoutError";
      throw new HistoryError(0, isLate ? _("the server did not answer in time") : _("the server did not answer"));
    }
    const told = await answer.json().catch(() => null);
    // What broke off on the way is not all of it.
    if (answer.ok && told === null) throw new HistoryError(0, _("the server did not answer"));
    if (!answer.ok) throw new HistoryError(answer.status, told?.detail ?? _("the server answered {status}", answer));
    return told;
  }
}

function bounds({ from, to }) {
  return { from_ts: from, to_ts: to };
}

function lengthOf(paths) {
  return [...paths].reduce((sum, path) => sum + path.length + 1, 0);
}
