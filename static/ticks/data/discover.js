import { HOST } from "./layout.js";
import { describe, expand, numbers } from "./paths.js";

const MOST_CHARTS = 12;
const MOST_KPIS = 6;
const FROM_ZERO = new Set(["B", "B/s", "1/s", "%"]);
const HOST_FIELDS = ["cpu.percent", "memory.percent", "load.m1"];

/**
 * @param {object[]} ticks  the first ticks of a stream, at least one
 * @param {Record<string, {unit?: string, label?: string}>} fields  what the stream says of its fields
 * @returns {import("./layout.js").Layout} the host's, or one chart for each of the first numeric fields
 */
export function layoutFor(ticks, fields) {
  const isHost = HOST_FIELDS.every((pattern) => expand(ticks[0], pattern).length > 0);
  return isHost ? HOST : generic(numbers(ticks, MOST_CHARTS), fields);
}

function generic(paths, fields) {
  const specs = paths.map((path) => ({ ...describe(fields, path), path, pattern: path.join(".") }));
  return {
    kpis: specs.slice(0, MOST_KPIS).map(({ label, path, pattern, unit }) => {
      return { label, path, pattern, unit, fromZero: FROM_ZERO.has(unit) };
    }),
    charts: specs.map(({ label, path, pattern, unit }) => ({
      title: label,
      unit,
      top: unit === "%" ? 100 : undefined,
      fromZero: FROM_ZERO.has(unit),
      series: [{ path, pattern, label: path.at(-1), fill: FROM_ZERO.has(unit) }],
    })),
  };
}
