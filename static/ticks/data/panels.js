import { _ } from "../i18n.js";
import { humanize } from "./names.js";

/** More of them stand on a second card. */
const MOST_LINES = 32;
const LOAD = [65, 90];
/** Percentages that are the worse the higher they are. */
const LOADED = new Set(["cpu.percent", "memory.percent", "swap.percent", "disks.*.percent"]);
const BITS = /^(network|interfaces)\..*_bps$/;
const FROM_ZERO = new Set(["B", "B/s", "bits", "1/s", "%"]);

/**
 * What stands on one card.
 *
 * @typedef {object} Panel
 * @property {string} key  stays the same while the stream grows fields
 * @property {"chart" | "states" | "objects"} kind
 * @property {string} group  the section that it stands in
 * @property {string} title
 * @property {Line[]} lines  of `objects`: the array itself
 * @property {string} unit  as in look/units.js
 * @property {number} [digits]  decimals; absent: three significant figures
 * @property {number} [top]  fixed upper end of the y axis, raw
 * @property {boolean} fromZero  the y axis begins at 0
 * @property {number[]} [thresholds]  raw
 *
 * @typedef {{field: import("./fields.js").Field, label: string}} Line
 */

/**
 * Which fields share a card: those with one parent and one unit, the elements of an array, and the same field of
 * siblings ("disks.*.percent"). Without a unit, scales differ: then only names that differ in a number go together.
 *
 * @param {import("./fields.js").Field[]} fields
 * @returns {Panel[]} in the order of their first fields
 */
export function panelsOf(fields) {
  const siblings = siblingKeys(fields);
  const found = new Map();
  const counts = new Map();
  for (const field of fields) {
    const place = placeOf(field, siblings);
    const number = Math.ceil(((counts.get(place.key) ?? 0) + 1) / MOST_LINES);
    const key = number > 1 ? `${place.key} ${number}` : place.key;
    const panel = found.get(key) ?? { ...begin(place, field), key, number };
    found.set(key, panel);
    counts.set(place.key, (counts.get(place.key) ?? 0) + 1);
    panel.lines.push({ field, label: place.label });
  }
  return [...found.values()].map(finish);
}

/** @param {import("./fields.js").Field} field @returns {number | undefined} decimals that its values are written with */
export function digitsOf({ keys, unit }) {
  if (unit === "%") return 1;
  return keys.length > 1 && keys.at(-1) === "length" ? 0 : undefined;
}

/** @param {import("./fields.js").Field} field @returns {string} unit as shown: what goes over a network is told in bits */
export function shownUnit({ path, unit }) {
  return unit === "B/s" && BITS.test(path) ? "bits" : unit;
}

function placeOf(field, siblings) {
  const { keys, kind, group } = field;
  const parent = keys.slice(0, -1);
  const last = keys.at(-1);
  if (kind === "objects") return { key: `objects ${field.path}`, kind, group, label: field.label, title: humanize(last) };
  if (kind !== "number") return { key: `states ${group}`, kind: "states", group, label: keys.slice(group ? 1 : 0).join(" ") };
  const unit = shownUnit(field);
  const star = starOf(field, siblings);
  if (star !== null) {
    const pattern = keys.map((key, i) => (i === star ? "*" : key)).join(".");
    const title = humanize(keys.filter((_, i) => i !== star).join(" "));
    return { key: `chart ${pattern} ${unit}`, kind: "chart", group, label: keys[star], title, isStar: true };
  }
  const family = unit === "" ? last.replace(/\d+/g, "#") : "";
  const title = group && parent.length > 0 ? parent.map(humanize).join(" ") : undefined;
  const label = last === "length" ? _("number") : last.replaceAll("_", " ");
  return { key: `chart ${parent.join(".")} ${unit} ${family}`, kind: "chart", group, label, title };
}

/** Which of a field's keys is one of many that are alike; null: none. */
function starOf({ keys, pattern }, siblings) {
  const declared = pattern?.split(".").indexOf("*") ?? -1;
  if (declared >= 0) return declared;
  if (/^\d+$/.test(keys.at(-1)) && keys.length > 1) return keys.length - 1;
  const star = keys.length - 2;
  return star > 0 && siblings.has(siblingKey(keys)) ? star : null;
}

/** Names of fields that several neighbours have: of "a.x.v" and "a.y.v" it is "a * v". */
function siblingKeys(fields) {
  const parents = new Map();
  for (const { keys, kind } of fields) {
    if (kind !== "number" || keys.length < 3) continue;
    const key = siblingKey(keys);
    parents.set(key, (parents.get(key) ?? 0) + 1);
  }
  return new Set([...parents].filter(([, count]) => count > 1).map(([key]) => key));
}

function siblingKey(keys) {
  return [...keys.slice(0, -2), "*", keys.at(-1)].join("\n");
}

function begin({ key, kind, group, title, isStar }, field) {
  return { key, kind, group, title, isStar, unit: kind === "chart" ? shownUnit(field) : "", lines: [] };
}

function finish({ title, isStar, number, ...panel }) {
  const { unit, kind, lines } = panel;
  const [{ field }] = lines;
  const isAlone = lines.length === 1;
  const own = isAlone || (isStar && field.pattern) ? field.label : undefined;
  const states = panel.group ? _("{group} states", { group: humanize(panel.group) }) : _("The stream's states");
  const name = kind === "states" ? states : (own ?? title ?? field.label);
  const paths = lines.map((line) => line.field.pattern ?? line.field.path);
  return {
    ...panel,
    title: `${kind === "objects" ? title : name}${number > 1 ? ` (${number})` : ""}`,
    digits: digitsOf(field),
    fromZero: FROM_ZERO.has(unit) || digitsOf(field) === 0,
    top: unit === "%" ? 100 : undefined,
    thresholds: paths.some((path) => LOADED.has(path)) ? LOAD : undefined,
  };
}
