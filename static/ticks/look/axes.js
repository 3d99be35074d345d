import { color } from "./colors.js";
import { decimal } from "./units.js";

const NICE = [1, 2, 2.5, 5];
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const precise = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

/** @returns {object} uPlot's x axis: the clock, and the date where it changes */
export function timeAxis() {
  return {
    ...look(),
    size: 24,
    space: 56,
    grid: { show: false },
    values: (_, splits, __, ___, step) => splits.map((at, i) => timeLabel(at, i === 0 ? undefined : splits[i - 1], step)),
  };
}

/**
 * @param {() => import("./units.js").Scale} scale  the chart's present scale
 * @returns {object} uPlot's y axis: bare numbers, for the unit stands in the title
 */
export function valueAxis(scale) {
  return {
    ...look(),
    size: 44,
    space: 26,
    incrs: () => steps(scale()),
    values: (_, splits, __, ___, step) => {
      const { factor } = scale();
      const digits = Math.max(0, -Math.floor(Math.log10(step / factor) + 1e-9));
      const shown = Number.isInteger((step / factor) * 10 ** digits) ? digits : digits + 1;
      return splits.map((at) => decimal(at / factor, shown));
    },
  };
}

/** @param {number} at  UNIX seconds @returns {string} date, time to the millisecond and zone, as in ISO 8601 */
export function exactTime(at) {
  const date = new Date(at * 1000);
  const minutes = -date.getTimezoneOffset();
  const local = new Date(at * 1000 + minutes * 60000).toISOString().replace("T", " ").slice(0, -1);
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  return `${local} ${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

function look() {
  return {
    font: FONT,
    gap: 4,
    stroke: () => color("muted"),
    grid: { stroke: () => color("grid"), width: 1 },
    ticks: { show: false },
  };
}

function timeLabel(at, before, step) {
  const date = new Date(at * 1000);
  const turned = before !== undefined && new Date(before * 1000).getDate() !== date.getDate();
  if (turned) return day.format(date);
  return (step < 60 ? precise : clock).format(date);
}

/** Round steps in the axis' own unit; whole ones of bytes are powers of two, so that 16 GiB is not 15 and a bit. */
function steps({ factor, base }) {
  const all = [];
  for (let power = -6; power <= 15; power += 1) for (const nice of NICE) all.push(nice * 10 ** power);
  if (base === 10) return all.map((step) => step * factor);
  const doubled = Array.from({ length: 11 }, (_, power) => 2 ** power);
  return [...all.filter((step) => step < 1), ...doubled].map((step) => step * factor);
}
