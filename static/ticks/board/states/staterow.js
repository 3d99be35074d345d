import { _ } from "../../i18n.js";
import { color } from "../../look/colors.js";
import { element, setText } from "../../look/dom.js";
import { MIXED, valueAt } from "../../data/runs.js";
import { wiped } from "../canvas.js";
import { Hues } from "../hues.js";
import { outside, segments } from "./segments.js";
import { hueOf, paintGaps, paintSegments } from "./statepaint.js";

const BAR_PX = 18;
const NONE = "–";
const NO_DATA = _("no data");

/** One field of a card of state bars: its label, its course and its value, now or at the cursor. */
export class StateRow {
  #hues = new Hues();
  #canvas = element("canvas", { width: 1, height: 1 });
  #swatch = element("span", { className: "state-swatch" });
  #word = element("span", { className: "state-word", textContent: NONE });
  #row = { label: "", runs: [], now: null };
  #shown = null;
  #isText = false;

  /** Where the bar is. @type {HTMLElement} */
  bar = element("div", { className: "state-bar" }, this.#canvas);

  /** @param {string} label */
  constructor(label) {
    this.label = label;
    const name = element("span", { className: "state-label", textContent: label, title: label });
    const value = element("span", { className: "state-value" }, this.#swatch, this.#word);
    this.root = element("div", { className: "state-row" }, name, this.bar, value);
  }

  /** @returns {string} for a screen reader: "door true" */
  get spoken() {
    return this.#spokenAs(this.#row.now);
  }

  /** @param {number} x  UNIX seconds @param {boolean} inGap  x lies in one @returns {string} "door true" */
  wordsAt(x, inGap) {
    return this.#spokenAs(inGap ? null : valueAt(this.#row.runs, x));
  }

  /** @param {import("./statebar.js").Row} row */
  take(row) {
    this.#row = row;
    this.#isText = row.runs.some(({ value }) => typeof value === "string" || typeof value === "number");
  }

  /**
   * @param {{from: number, to: number, gaps: import("../../data/gaps.js").Gap[]}} sight
   * @param {number} width  of the bar, CSS pixels
   */
  draw(sight, width) {
    const ctx = wiped(this.#canvas, width, BAR_PX);
    const wide = this.#canvas.width;
    const pixel = (x) => Math.round(Math.min(Math.max((x - sight.from) / (sight.to - sight.from), 0), 1) * wide);
    paintGaps(ctx, sight.gaps.map(({ from, to }) => [pixel(from), pixel(to)]));
    paintSegments(ctx, segments(outside(this.#row.runs, sight.gaps), sight, wide), (value) => this.#words(value), this.#hues);
  }

  /** Writes the value. @param {number | null} x  UNIX seconds; null: the present one @param {boolean} inGap  x lies in one */
  point(x, inGap) {
    const value = x === null ? this.#row.now : inGap ? null : valueAt(this.#row.runs, x);
    const none = x === null ? NONE : NO_DATA;
    setText(this.#word, known(value) ? this.#words(value) : none);
    if (value === this.#shown) return;
    this.#shown = value;
    this.#word.title = this.#word.textContent;
    this.recolor();
  }

  /** Gives the sign beside the value the present theme's colour. */
  recolor() {
    this.#swatch.dataset.kind = kind(this.#shown);
    this.#swatch.style.color = known(this.#shown) ? color(hueOf(this.#shown, this.#hues)) : "";
  }

  #spokenAs(value) {
    return `${this.label} ${known(value) ? this.#words(value) : NO_DATA}`;
  }

  #words(value) {
    if (value === MIXED) return this.#isText ? _("several") : _("both");
    return value === "" ? '""' : String(value);
  }
}

function kind(value) {
  if (!known(value)) return "none";
  if (value === MIXED) return "mixed";
  return value === false ? "hollow" : "filled";
}

function known(value) {
  return value !== null && value !== undefined;
}
