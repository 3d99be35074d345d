import { pairs } from "./shift.js";

const STATS = ["min", "max", "mean", "count"];
const MARKED = /[",\r\n]/;

/**
 * The points of a chart and those that it is compared with, beside each other.
 *
 * @param {import("../board/chart/chart.js").Sheet} sheet  with `other`
 * @returns {string} CSV (RFC 4180): `ts`, each field's least, largest, mean and count; the same of the other behind `compared_`
 */
export function csvOf({ lines, other, ...own }) {
  const names = lines.flatMap(({ path }) => STATS.map((stat) => `${path}.${stat}`));
  const stream = other.stream === undefined ? [] : ["compared_stream"];
  const head = ["ts", ...names, ...stream, "compared_ts", ...names.map((name) => `compared_${name}`)];
  const rows = pairs(own.x, other.x).map(([i, j]) => {
    const theirs = j === null ? "" : other.x[j] - other.back;
    const name = other.stream === undefined ? [] : [other.stream];
    return [i === null ? "" : own.x[i], ...cells(own, lines, i), ...name, theirs, ...cells(other, lines, j)];
  });
  return [head, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

/** Empty where there is no value. */
function cells(view, lines, row) {
  return lines.flatMap((_, i) => {
    const isThere = row !== null && view.count[i][row] > 0;
    return STATS.map((stat) => (isThere ? view[stat][i][row] : ""));
  });
}

function quoted(cell) {
  const text = String(cell);
  return MARKED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
