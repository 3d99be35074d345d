import { _ } from "../i18n.js";
import { element, setText } from "../look/dom.js";
import { color } from "../look/colors.js";
import { decimal, number } from "../look/units.js";

const STATS = ["min", "mean", "max"];
const MANY_PERCENT = 100;

/**
 * What is told of the other values of one line.
 *
 * @typedef {object} Told
 * @property {number} now  raw, at the cursor or at the end; NaN: none
 * @property {{min: number, mean: number, max: number}} spread  raw, of the range
 * @property {{absolute: number, percent: number} | null} difference  at the cursor; null: it stands nowhere
 * @property {string} fault  why there is no value; empty where there is one
 */

/** Below each line of a chart's legend what it is compared with, and below all of them of when that is. */
export class OtherRows {
  #table;
  #rows;
  #when = element("td", { colSpan: 5 });
  #foot = element("tfoot", { className: "compared-when" }, element("tr", {}, this.#when));

  /** @param {import("../board/chart/legend.js").Legend} legend  that has its lines @param {string} words  "1 day earlier" */
  constructor(legend, words) {
    this.#table = legend.root;
    this.#rows = legend.rows.map(({ root, hue }) => rowOf(root, hue, words));
    this.#table.append(this.#foot);
    this.#table.classList.add("is-compared");
    this.recolor();
  }

  /** Takes the present theme's colours. */
  recolor() {
    for (const { swatch, hue } of this.#rows) swatch.style.color = color(hue);
  }

  /** @param {Told[]} told  by line @param {import("../look/units.js").Scale} scale  of the axis @param {string} when */
  write(told, scale, when) {
    setText(this.#when, when);
    this.#rows.forEach((row, i) => this.#write(row, told[i], scale));
  }

  close() {
    for (const { root } of this.#rows) root.remove();
    this.#foot.remove();
    this.#table.classList.remove("is-compared");
  }

  #write({ root, line, now, stats, change }, { now: value, spread, difference, fault }, scale) {
    const isMerged = difference !== null || fault !== "";
    root.classList.toggle("is-off", line.classList.contains("is-off"));
    now.hidden = fault !== "" && Number.isNaN(value);
    change.colSpan = STATS.length + (now.hidden ? 1 : 0);
    setText(now, number(value, scale));
    STATS.forEach((name, i) => {
      stats[i].hidden = isMerged;
      setText(stats[i], number(spread[name], scale));
    });
    change.hidden = !isMerged;
    setText(change, fault || (difference ? differenceWords(difference, scale) : ""));
    change.title = fault;
  }
}

/**
 * @param {{absolute: number, percent: number}} difference
 * @param {import("../look/units.js").Scale} scale
 * @returns {string} "+1.20 (+12 %)"; without percents of 0
 */
export function differenceWords({ absolute, percent }, scale) {
  const sign = (value) => (value > 0 ? "+" : "");
  const written = `${sign(absolute)}${number(absolute, scale)}`;
  if (!Number.isFinite(percent)) return written;
  return `${written} (${sign(percent)}${decimal(percent, Math.abs(percent) < MANY_PERCENT ? 1 : 0)} %)`;
}

/**
 * @param {string} words  "1 day earlier"
 * @param {Told} told  at the cursor
 * @param {import("../look/units.js").Scale} scale
 * @returns {string} "1 day earlier: 11.1 %, difference +1.20 (+10.8 %)", or why there is no value
 */
export function saidWords(words, { now, difference, fault }, scale) {
  if (Number.isNaN(now)) return `${words}: ${fault}`;
  const value = `${words}: ${number(now, scale)} ${scale.suffix}`.trimEnd();
  if (difference === null) return value;
  return _("{value}, difference {change}", { value, change: differenceWords(difference, scale) });
}

function rowOf(line, hue, words) {
  const swatch = element("span", { className: "swatch dashed" });
  const name = element("span", { textContent: words });
  const head = element("th", { scope: "row", title: words }, swatch, name);
  const now = element("td");
  const stats = STATS.map(() => element("td"));
  const change = element("td", { className: "change", hidden: true });
  const root = element("tr", { className: "compared-row" }, head, now, ...stats, change);
  line.after(root);
  return { root, line, hue, swatch, now, stats, change };
}
