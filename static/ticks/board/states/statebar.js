import { gapAt } from "../../data/gaps.js";
import { locale } from "../../i18n.js";
import { element, setText } from "../../look/dom.js";
import { StateRow } from "./staterow.js";

const MOMENT = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const clock = new Intl.DateTimeFormat(locale, MOMENT);
const dated = new Intl.DateTimeFormat(locale, { ...MOMENT, month: "short", day: "numeric" });

/**
 * One field: its course, and what it is at present (null or absent: nothing is known).
 *
 * @typedef {{label: string, runs: import("../../data/runs.js").Run[], now?: import("../../data/runs.js").Value | null}} Row
 */

/** Fields that are true, false or a word, each as a bar over time, under each other in a place of fixed size. */
export class StateBars {
  #title;
  #sight = { from: 0, to: 1, gaps: [] };
  #rows = [];
  #at = null;
  #width = 0;
  #line = element("div", { className: "state-cursor", hidden: true });
  #list = element("div", { className: "state-rows", tabIndex: 0 });
  #from = element("span");
  #to = element("span");

  /** Called with the time under the pointer, UNIX seconds; null when it leaves. @type {(x: number | null) => void} */
  onHover = () => {};

  /** @param {string} title  of the card */
  constructor(title) {
    this.#title = title;
    // Keys move a cursor in it, see reading/reading.js.
    this.#list.setAttribute("role", "application");
    this.#list.append(this.#line);
    const foot = element("div", { className: "state-foot" }, this.#from, this.#to);
    foot.setAttribute("aria-hidden", "true");
    this.root = element("div", { className: "states" }, this.#list, foot);
    this.#list.addEventListener("pointermove", (event) => this.onHover(this.#timeAt(event.clientX)));
    this.#list.addEventListener("pointerdown", (event) => this.onHover(this.#timeAt(event.clientX)));
    this.#list.addEventListener("pointerleave", () => this.onHover(null));
  }

  /**
   * @param {Row[]} rows
   * @param {{from: number, to: number, gaps: import("../../data/gaps.js").Gap[]}} sight  both ends, UNIX seconds; gaps in order
   */
  show(rows, sight) {
    this.#sight = sight;
    this.#adopt(rows);
    rows.forEach((row, i) => this.#rows[i].take(row));
    if (this.#width === 0) this.#measure();
    this.#draw();
    const isOneDay = new Date(sight.from * 1000).toDateString() === new Date(sight.to * 1000).toDateString();
    setText(this.#from, (isOneDay ? clock : dated).format(sight.from * 1000));
    setText(this.#to, (isOneDay ? clock : dated).format(sight.to * 1000));
    this.#speak();
  }

  /** Shows the values of one time. @param {number | null} x  UNIX seconds; null: the present ones */
  point(x) {
    this.#at = x;
    const { from, to, gaps } = this.#sight;
    const inGap = x !== null && gapAt(gaps, x) !== undefined;
    for (const row of this.#rows) row.point(x, inGap);
    this.#line.hidden = x === null || x < from || x > to || this.#rows.length === 0;
    if (this.#line.hidden) return;
    const left = this.#rows[0].bar.offsetLeft + ((x - from) / (to - from)) * this.#width;
    this.#line.style.transform = `translateX(${Math.round(left)}px)`;
  }

  /** @param {number} x  UNIX seconds @returns {string} each field's value at that time */
  wordsAt(x) {
    const inGap = gapAt(this.#sight.gaps, x) !== undefined;
    return this.#rows.map((row) => row.wordsAt(x, inGap)).join(", ");
  }

  /** Takes the size of its place. */
  fit() {
    this.#measure();
    this.#draw();
  }

  /** Takes the present theme's colours. */
  recolor() {
    for (const row of this.#rows) row.recolor();
    this.#draw();
  }

  #adopt(rows) {
    const same = rows.length === this.#rows.length && rows.every(({ label }, i) => label === this.#rows[i].label);
    if (same) return;
    const known = new Map(this.#rows.map((row) => [row.label, row]));
    this.#rows = rows.map(({ label }) => {
      const row = known.get(label) ?? new StateRow(label);
      known.delete(label);
      return row;
    });
    this.#list.replaceChildren(...this.#rows.map(({ root }) => root), this.#line);
    this.#measure();
  }

  #measure() {
    this.#width = this.#rows[0]?.bar.clientWidth ?? 0;
    const last = this.#rows.at(-1)?.root;
    this.#line.style.height = `${last ? last.offsetTop + last.offsetHeight : 0}px`;
  }

  #draw() {
    if (this.#width > 0) for (const row of this.#rows) row.draw(this.#sight, this.#width);
    this.point(this.#at);
  }

  #timeAt(clientX) {
    if (this.#rows.length === 0) return null;
    const { left, width } = this.#rows[0].bar.getBoundingClientRect();
    const part = (clientX - left) / width;
    return part >= 0 && part <= 1 ? this.#sight.from + part * (this.#sight.to - this.#sight.from) : null;
  }

  #speak() {
    const label = `${this.#title}: ${this.#rows.map(({ spoken }) => spoken).join(", ")}`;
    if (this.#list.getAttribute("aria-label") !== label) this.#list.setAttribute("aria-label", label);
  }
}
