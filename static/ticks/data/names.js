import { _ } from "../i18n.js";
import { isMeant } from "./paths.js";

/** Endings of names that say in what a value is measured. */
const UNITS = {
  "%": ["percent", "pct"],
  B: ["bytes"],
  "B/s": ["bytes_per_s", "bytes_per_second", "bytes_per_sec"],
  "1/s": ["per_s", "per_second", "per_sec", "pps", "iops", "rps", "qps"],
  s: ["s", "sec", "secs", "seconds"],
  ms: ["ms", "millis", "milliseconds"],
  µs: ["us", "micros", "microseconds"],
  "°C": ["celsius", "degc"],
  Hz: ["hz", "hertz"],
  V: ["volt", "volts", "voltage"],
  A: ["amps", "ampere", "amperes"],
  W: ["watt", "watts"],
  rpm: ["rpm"],
};
const ENDINGS = Object.entries(UNITS).flatMap(([unit, endings]) => endings.map((ending) => ({ unit, ending })));
const ACRONYMS = new Set(["cpu", "gpu", "io", "ip", "id", "ram", "tcp", "udp", "http", "dns", "url", "cpus", "ui", "api", "db"]);
/** A letter alone at the end is a unit only behind a word: "uptime_s", not "s". */
const MEASURES_ALONE = new Set(["percent", "pct", "bytes", "celsius", "hz", "rpm", "volts", "watts", "seconds"]);

/**
 * @param {Record<string, {unit?: string, label?: string}>} declared  by the source; "*" stands for any one key
 * @param {string[]} keys
 * @returns {{unit: string, label: string, pattern?: string}} as declared; else as the name tells
 */
export function describe(declared, keys) {
  const path = keys.join(".");
  const pattern = path in declared ? path : Object.keys(declared).find((one) => isMeant(one, keys));
  const about = pattern === undefined ? {} : declared[pattern];
  return { unit: about.unit || guessUnit(keys.at(-1)), label: about.label || named(keys), pattern };
}

/** From the outside in, without the unit that the name ends with. */
function named(keys) {
  const [last, outer] = [keys.at(-1), keys.slice(0, -1)];
  if (last === "length" && outer.length > 0) return _("{name}, number", { name: humanize(outer.join(" ")) });
  const { ending } = measureOf(last);
  const word = ending.length < last.length ? last.slice(0, ending.length === 0 ? undefined : -ending.length - 1) : last;
  return humanize([...outer, word].join(" "));
}

/** @param {string} key @returns {string} unit that the name ends with; empty where it tells none */
export function guessUnit(key) {
  return measureOf(key).unit;
}

function measureOf(key) {
  const name = key.toLowerCase();
  const found = ENDINGS.filter(({ ending }) => name.endsWith(`_${ending}`) || (name === ending && MEASURES_ALONE.has(name)));
  return found.reduce((best, one) => (one.ending.length > best.ending.length ? one : best), { unit: "", ending: "" });
}

/** @param {string} key @returns {string} for people: "disk_io" is "Disk IO" */
export function humanize(key) {
  const words = key.split(/[_\s]+/).filter(Boolean).map((word) => (ACRONYMS.has(word.toLowerCase()) ? word.toUpperCase() : word));
  const text = words.join(" ");
  return text ? text[0].toUpperCase() + text.slice(1) : key;
}
