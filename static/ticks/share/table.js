import { _ } from "../i18n.js";
import { exactTime } from "../look/axes.js";
import { element, setText } from "../look/dom.js";
import { STAT_WORDS } from "../look/stats.js";

const STATS = ["mean", "min", "max"];
const byId = (id) => document.getElementById(id);

/** The points of a chart as a table, as they are when it opens. */
export class ChartTable {
  #dialog = byId("table");

  constructor() {
    byId("table-close").addEventListener("click", () => this.#dialog.close());
    // What it had is let go.
    this.#dialog.addEventListener("close", () => byId("table-place").replaceChildren());
  }

  /** @param {import("../board/chart/chart.js").Sheet} sheet @param {string[]} subtitles  of what, and of when */
  show(sheet, subtitles) {
    const { title, raw, lines, x, other } = sheet;
    setText(byId("table-title"), raw ? `${title}, ${raw}` : title);
    setText(byId("table-range"), subtitles.join(" · "));
    const own = [timeOf(_("Time"), x, 0), ...lines.flatMap(({ label }, i) => columnsOf(label, i, sheet))];
    const theirs = other ? [timeOf(_("Time, {words}", other), other.x, other.back), ...othersOf(lines, other)] : [];
    const places = other ? other.pairsWith(x) : Array.from(x, (_at, row) => [row, null]);
    const heads = [...own, ...theirs].map(({ head }) => element("th", { scope: "col", textContent: head }));
    const rows = places.map(([row, otherRow]) => rowOf(own, row, theirs, otherRow));
    const caption = element("caption", { className: "unseen", textContent: title });
    const parts = [caption, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)];
    byId("table-place").replaceChildren(element("table", {}, ...parts));
    this.#dialog.showModal();
  }
}

function timeOf(head, x, back) {
  return { head, textOf: (row) => exactTime(x[row] - back) };
}

/** A point that is one tick has one value. */
function columnsOf(label, i, { isWhole, ...view }) {
  const stats = isWhole ? STATS.slice(0, 1) : STATS;
  const textOf = (values) => (row) => (Number.isNaN(values[row]) ? "" : String(values[row]));
  return stats.map((name) => ({ head: isWhole ? label : `${label}, ${STAT_WORDS[name]}`, textOf: textOf(view[name][i]) }));
}

function othersOf(lines, other) {
  return lines.flatMap(({ label }, i) => columnsOf(`${label}, ${other.words}`, i, other));
}

function rowOf(own, row, theirs, otherRow) {
  const texts = [...textsOf(own, row), ...textsOf(theirs, otherRow)];
  const [time, ...values] = texts.map((textContent, i) => element(i === 0 ? "th" : "td", { textContent }));
  time.scope = "row";
  return element("tr", {}, time, ...values);
}

/** Empty where it has no point. */
function textsOf(columns, row) {
  return columns.map(({ textOf }) => (row === null ? "" : textOf(row)));
}
