/**
 * How values of one unit are written at one magnitude: raw / factor, then the suffix.
 *
 * @typedef {object} Scale
 * @property {number} factor
 * @property {string} suffix  all that stands behind the number
 * @property {string} prefix  the part of it that tells the magnitude: "Mi" of "MiB/s"
 * @property {number} base  what round numbers are made of: 2 or 10
 * @property {number} [digits]  fixed decimals; absent: three significant figures
 * @property {number} most  most decimals that those may take
 * @property {boolean} [isScientific]  numbers are too small or too large to be written without an exponent
 */

const IEC = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
const SI = ["", "k", "M", "G", "T", "P"];
/** What takes the prefixes of SI, besides a number without a unit. */
const PREFIXED = new Set(["", "Hz", "W", "Wh", "VA", "V", "A", "Ah", "J", "Pa", "N", "Ω", "b/s", "bit/s"]);
const PREFIXED_FROM = 1e4;
/** Below it, six decimals hold no three significant figures. */
const LEAST = 1e-4;
/** From it on there are too many digits before the point. */
const MOST = 1e7;
/** The same for what is written without a scale. */
const MOST_BARE = 1e18;
const PLAIN = { factor: 1, prefix: "", base: 10, most: 6 };
const MINUS = "−";
const BITS = 8;
/** Long times: from so many seconds on, in units of so many, which is called. */
const SPANS = [
  [172_800, 86_400, "d"],
  [7200, 3600, "h"],
  [600, 60, "min"],
  [0, 1, "s"],
];
const formats = new Map();

/**
 * @param {string} unit  "B" and "B/s" are written with powers of 1024; "bits" (raw: bytes per second), those of SI and "" with
 *   powers of 1000
 * @param {number} magnitude  raw value that should be readable
 * @param {number} [digits]  fixed decimals; absent: three significant figures
 * @returns {Scale}
 */
export function scaleFor(unit, magnitude, digits) {
  const size = rounded(Math.abs(magnitude) || 0);
  const scale = prefixedScale(unit, size, digits);
  const isSmall = isTiny(size / scale.factor) && scale.digits === undefined;
  return isSmall || size / scale.factor >= MOST ? { ...scale, base: 10, isScientific: true } : scale;
}

/** @param {number} value  raw @param {Scale} scale @returns {string} the number alone; an en dash when there is none */
export function number(value, { factor, digits, most, isScientific }) {
  if (!Number.isFinite(value)) return "–";
  const scaled = value / factor;
  if (rounded(Math.abs(scaled)) >= MOST || (isScientific && isTiny(scaled))) return exponent(scaled, 2);
  return decimal(scaled, digits ?? Math.min(most, decimals(scaled)));
}

/** @param {number} value @param {number} digits  decimals @returns {string} in the viewer's own notation */
export function decimal(value, digits) {
  if (Math.abs(value) >= MOST_BARE) return exponent(value, 2);
  if (!formats.has(digits)) {
    const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    formats.set(digits, new Intl.NumberFormat(undefined, fixed));
  }
  return formats.get(digits).format(value).replace("-", MINUS);
}

/** @param {number} value @param {number} digits  decimals @returns {string} "9.00e−9" */
export function exponent(value, digits) {
  const [factor, power] = value.toExponential(digits).split("e");
  return `${decimal(Number(factor), digits)}e${power.replace("+", "").replace("-", MINUS)}`;
}

/** @param {number} seconds @returns {string} "0.4 s", "12 s", "3 m 05 s", "2 h 14 m", "5 d 3 h" */
export function duration(seconds) {
  if (seconds < 10) return `${decimal(Math.max(0, seconds), 1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function prefixedScale(unit, size, digits) {
  if (unit === "B" || unit === "B/s") {
    const power = powerOf(size, 1024);
    return { factor: 1024 ** power, suffix: IEC[power] + unit, prefix: IEC[power], base: 2, digits, most: 2 };
  }
  if (unit === "bits") {
    const power = powerOf(size * BITS, 1000);
    const factor = 1000 ** power / BITS;
    return { ...PLAIN, factor, suffix: `${SI[power]}b/s`, prefix: SI[power], digits, most: 2 };
  }
  if (unit === "s") {
    const [, factor, suffix] = SPANS.find(([least]) => size >= least);
    if (factor > 1) return { ...PLAIN, factor, suffix, prefix: suffix, digits, most: 2 };
  }
  if (PREFIXED.has(unit) && digits === undefined && size >= PREFIXED_FROM) {
    const power = powerOf(size, 1000);
    return { ...PLAIN, factor: 1000 ** power, suffix: SI[power] + unit, prefix: SI[power], most: 2 };
  }
  const most = Math.min(PLAIN.most, decimals(size) + 1);
  return { ...PLAIN, suffix: unit === "1/s" ? "/s" : unit, digits: unit === "°C" ? 0 : digits, most };
}

/** None for what the last prefix is too small for. */
function powerOf(size, base) {
  if (!(size >= base)) return 0;
  const power = Math.floor(Math.log(size) / Math.log(base) + 1e-9);
  return power < SI.length ? power : 0;
}

function isTiny(value) {
  return value !== 0 && Math.abs(value) < LEAST;
}

/** To three significant figures, so that 999.9 counts as the 1000 that it is written as. */
function rounded(value) {
  return Number(value.toPrecision(3));
}

function decimals(value) {
  const size = rounded(Math.abs(value));
  if (size === 0) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(size)));
}
