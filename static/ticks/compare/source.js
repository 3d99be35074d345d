import { Gaps } from "../data/gaps.js";
import { History } from "../data/history.js";
import { Live } from "../data/live.js";
import { guessUnit } from "../data/names.js";
import { reasonWords } from "../fresh/words.js";
import { _ } from "../i18n.js";
import { otherWords } from "./words.js";

const NUMBERS = new Set(["number", "length", "boolean"]);

/**
 * Where the other values come from: the same stream at another time, or another stream, to which there is a connection
 * of its own until `close`.
 */
export class Source {
  #close = () => {};
  #learned = { from: Infinity, to: -Infinity };
  #fields = null;
  #redraw;

  /** @type {{back: number | "span", stream?: string}} */
  compared;
  /** @type {Gaps} */
  gaps;
  /** @type {History} */
  history;
  /** @type {Live} */
  live;
  /** The stream, in the API, with a slash at its end. @type {string} */
  api;

  /**
   * @param {{back: number | "span", stream?: string}} compared
   * @param {object} page
   * @param {Live} page.live  of the stream that is shown
   * @param {History} page.history  the same
   * @param {Gaps} page.gaps  the same
   * @param {{ws: string, api: string}} page.page  of the WebSocket; of the stream in the API, with a slash at its end
   * @param {() => void} page.redraw
   * @param {() => void} page.moved  another stream's ticks go on somewhere else than they did
   */
  constructor(compared, { live, history, gaps, page, redraw, moved }) {
    this.compared = compared;
    this.#redraw = redraw;
    [this.live, this.history, this.gaps, this.api] = [live, history, gaps, page.api];
    if (compared.stream !== undefined) this.#turnTo(compared.stream, page, moved);
  }

  /** @returns {string} "1 day earlier" */
  get words() {
    return otherWords(this.compared);
  }

  /** @returns {string} why nothing more comes of it; empty where it does */
  get trouble() {
    const { state, reason } = this.live.status;
    return this.compared.stream !== undefined && state === "stopped" ? reasonWords(reason) : "";
  }

  /** @returns {number} by how much its clock is ahead of the server's, seconds; of another stream */
  get aheadS() {
    const { last } = this.live;
    return this.compared.stream !== undefined && last ? Math.max(0, last.ts - this.live.now()) : 0;
  }

  /** @param {number} span  that is shown, seconds @returns {number} how much earlier the other range is, seconds */
  backOf(span) {
    return this.compared.back === "span" ? span : this.compared.back;
  }

  /** @param {import("../data/fields.js").Field} field @returns {string} why it is not compared; empty where it is */
  faultOf({ path, unit }) {
    if (this.#fields === null) return "";
    const other = this.#fields.get(path);
    if (!NUMBERS.has(other?.type)) return _("{stream} has no such number", { stream: this.compared.stream });
    const theirs = other.unit || guessUnit(path.split(".").at(-1));
    if (theirs === unit) return "";
    return theirs ? _("there it is in {unit}", { unit: theirs }) : _("there it has no unit");
  }

  /** Asks why there is nothing where there is nothing. @param {number} from  UNIX seconds @param {number} to */
  async learn(from, to) {
    if (from >= this.#learned.from && to <= this.#learned.to) return;
    this.#learned = { from, to };
    const found = await this.history.gaps({ from, to }).catch(() => []);
    for (const gap of found) this.gaps.add(gap);
    if (found.length > 0) this.#redraw();
  }

  close() {
    this.#close();
  }

  #turnTo(stream, { ws, api }, moved) {
    this.api = new URL(`../${stream}/`, new URL(api, location.href)).pathname;
    this.gaps = new Gaps();
    this.history = new History(this.api);
    this.live = new Live({ url: ws, stream, gaps: this.gaps, also: { onState: this.#redraw } });
    this.live.listen({ moved });
    this.#close = () => this.live.close();
    this.#learnFields();
  }

  /** Without it, fields are compared whatever they are in. */
  async #learnFields() {
    const found = await this.history.fields().catch(() => null);
    if (found === null) return;
    this.#fields = new Map(found.map((field) => [field.path, field]));
    this.#redraw();
  }
}
