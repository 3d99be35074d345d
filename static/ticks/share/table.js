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

  /** @param {import("../board/chart/chart.js").Sheet} sheet @param {string} subtitle  stream, range and zone */
  show(sheet, subtitle) {
    const { title, raw, lines, x } = sheet;
    setText(byId("table-title"), raw ? `${title}, ${raw}` : title);
    setText(byId("table-range"), subtitle);
    const columns = lines.flatMap((line, i) => columnsOf(line, i, sheet));
    const heads = [_("Time"), ...columns.map(({ head }) => head)].map((text) => element("th", { scope: "col", textContent: text }));
    const rows = Array.from(x, (at, row) => rowOf(at, columns, row));
    const caption = element("caption", { className: "unseen", textContent: title });
    const parts = [caption, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)];
    byId("table-place").replaceChildren(element("table", {}, ...parts));
    this.#dialog.showModal();
  }
}

/** A point that is one tick has one value. */
function columnsOf({ label }, i, { isWhole, ...sheet }) {
  const stats = isWhole ? STATS.slice(0, 1) : STATS;
  return stats.map((name) => ({ head: isWhole ? label : `${label}, ${STAT_WORDS[name]}`, values: sheet[name][i] }));
}

function rowOf(at, columns, row) {
  const cells = columns.map(({ values }) => element("td", { textContent: Number.isNaN(values[row]) ? "" : String(values[row]) }));
  return element("tr", {}, element("th", { scope: "row", textContent: exactTime(at) }), ...cells);
}
