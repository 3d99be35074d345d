import { listed } from "../feed/listed.js";

const LENGTH = ".length";

/**
 * The question to the API that is answered with what is seen.
 *
 * @param {"export" | "series" | "ticks"} resource
 * @param {"csv" | "jsonl" | "api"} format  api: the page of the API for people
 * @param {object} seen
 * @param {{from: number, to: number}} seen.range  UNIX seconds
 * @param {number} seen.points  of a chart
 * @param {{path: string, kind: string}[]} seen.fields  that are shown
 * @param {boolean} seen.isWhole  no field is left out
 * @returns {string} address, as seen from the stream's own in the API
 */
export function queryOf(resource, format, { range, points, fields, isWhole }) {
  const query = new URLSearchParams({ from_ts: String(range.from), to_ts: String(range.to) });
  if (resource === "series") {
    query.set("fields", listed(fields.filter(hasSeries).map(({ path }) => path)));
    query.set("points", String(points));
  } else if (!isWhole) {
    query.set("fields", listed([...new Set(fields.flatMap(pathsOf))]));
  }
  query.set("format", format);
  return `${resource}/?${query.toString().replaceAll("%2C", ",")}`;
}

function hasSeries({ kind }) {
  return kind === "number" || kind === "boolean";
}

/** A tick has no lengths of its arrays, but the arrays. */
function pathsOf({ path }) {
  return path.endsWith(LENGTH) ? [path, path.slice(0, -LENGTH.length)] : [path];
}
