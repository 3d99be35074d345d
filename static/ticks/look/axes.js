import { locale } from "../i18n.js";
import { color } from "./colors.js";
import { decimal, exponent } from "./units.js";

const NICE = [1, 2, 2.5, 5];
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const DAY_S = 86400;
const MONTH_S = 28 * DAY_S;
/** Of a clock, of a date, and of a clock with its milliseconds. */
const [CLOCK_PX, DATE_PX, FINE_PX] = [56, 64, 88];
const LEAST_PX = 26;
/** From so much on, uPlot takes any step. */
const TAKEN = 5;
const WIDTH_PX = 44;
/** So many characters fit into that width; more need so much each. */
const FITTING = 6;
const CHARACTER_PX = 7;
const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAYS = { month: "short", day: "numeric" };
const written = (parts) => new Intl.DateTimeFormat(locale, parts);
const clock = written(HOURS);
const dayClock = written({ ...DAYS, ...HOURS });
const seconds = written({ ...HOURS, second: "2-digit" });
const milliseconds = written({ ...HOURS, second: "2-digit", fractionalSecondDigits: 3 });
const day = written(DAYS);
const dayOfYear = written({ ...DAYS, year: "numeric" });
const month = written({ month: "short", year: "numeric" });

/** @returns {object} uPlot's x axis: the clock, and the date where it changes; of long times the date alone */
export function timeAxis() {
  return {
    ...look(),
    size: 24,
    space: (_, __, from, to, px) => spaceFor(from, (to - from) / px),
    grid: { show: false },
    values: (_, splits, __, ___, step) => splits.map((at, i) => timeLabel(at, i === 0 ? Date.now() / 1000 : splits[i - 1], step)),
  };
}

/**
 * @param {() => import("./units.js").Scale} scale  the chart's present scale
 * @returns {object} uPlot's y axis: bare numbers, for the unit stands in the title
 */
export function valueAxis(scale) {
  let step = 1;
  return {
    ...look(),
    size: (_, values) => widthFor(values ?? []),
    space: LEAST_PX,
    // uPlot knows few steps, and refuses the others: it is told one that it takes, and where the marks are.
    incrs: (_, __, low, high, px) => {
      step = stepFor(((high - low) / px) * LEAST_PX, scale());
      return [Math.max(high - low, TAKEN)];
    },
    splits: (_, __, low, high) => marks(low, high, step),
    values: (_, splits) => splits.map((at) => valueLabel(at / scale().factor, step / scale().factor, scale())),
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

/** `before` is when the label to its left is; of the first one: now. */
function timeLabel(at, before, step) {
  const [date, last] = [new Date(at * 1000), new Date(before * 1000)];
  const isOfOtherYear = date.getFullYear() !== last.getFullYear();
  if (step >= MONTH_S) return month.format(date);
  if (step >= DAY_S) return (isOfOtherYear ? dayOfYear : day).format(date);
  if (isOfOtherYear) return dayOfYear.format(date);
  const isFine = step < 60;
  if (isSameDay(date, last)) return (step < 1 ? milliseconds : isFine ? seconds : clock).format(date);
  // With seconds there is no room for both, and what follows tells the time.
  return (isFine || isMidnight(date) ? day : dayClock).format(date);
}

function spaceFor(from, pixelS) {
  if (pixelS * CLOCK_PX < 0.6) return FINE_PX;
  return isSameDay(new Date(from * 1000), new Date()) ? CLOCK_PX : DATE_PX;
}

function isSameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

function isMidnight(date) {
  return date.getHours() === 0 && date.getMinutes() === 0;
}

/** The least round step from `least` on, raw; of bytes whole ones are powers of two, so that 16 GiB is not 15 and a bit. */
function stepFor(least, { factor, base }) {
  const wanted = least / factor;
  if (base === 2 && wanted > 0.5) return 2 ** Math.max(0, Math.ceil(Math.log2(wanted) - 1e-9)) * factor;
  const power = Math.floor(Math.log10(wanted));
  const steps = [...NICE, 10].map((nice) => Number(`${nice}e${power}`));
  return (steps.find((one) => one >= wanted * (1 - 1e-9)) ?? steps.at(-1)) * factor;
}

function marks(low, high, step) {
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step || 0);
}

/** With as many decimals as tell it from its neighbours. */
function valueLabel(value, step, { isScientific }) {
  const power = Math.floor(Math.log10(step) + 1e-9);
  const isHalf = Math.abs(step / 10 ** power - 2.5) < 1e-6;
  const least = power - (isHalf ? 1 : 0);
  if (!isScientific) return decimal(value, Math.max(0, -least));
  return value === 0 ? "0" : exponent(value, Math.max(0, Math.floor(Math.log10(Math.abs(value)) + 1e-9) - least));
}

/** Wider only where it must be: the plots of all cards begin at one line. */
function widthFor(labels) {
  const longest = Math.max(0, ...labels.map((label) => label.length + (label.includes("e") ? 1 : 0)));
  return longest <= FITTING ? WIDTH_PX : WIDTH_PX + (longest - FITTING) * CHARACTER_PX;
}
