import { _ } from "../i18n.js";

const LISTS = { pin: "pinned", hide: "hidden", order: "order" };
const ALL = "all";
const SPEEDS = [0.5, 60];
const LAST_S = [1, 400 * 86400];

/**
 * What is shown, as it stands in the page's address.
 *
 * @typedef {object} Shown
 * @property {number} [lastS]  live: so many seconds before now
 * @property {{from: number, to: number}} [stretch]  of the past, UNIX seconds
 * @property {{at: number, speed: number}} [replay]  where in that stretch a replay stands
 * @property {import("../board/drawer/choice.js").Arrangement} [arrangement]  which fields, and in which order
 * @property {Record<string, string>} [compared]  what is laid over it, see compare/asked.js, which reads it
 * @property {string[]} faults  what is wrong with the address; what is wrong counts as absent
 */

/** @param {string} search  of the address @returns {Shown} */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const faults = [];
  const shown = { faults };
  const number = (name, [least, most]) => {
    const value = Number(query.get(name));
    if (query.get(name).trim() !== "" && value >= least && value <= most) return value;
    const facts = { name, value: query.get(name), least, most };
    faults.push(_("{name}={value} is no number from {least} to {most}", facts));
    return undefined;
  };
  if (query.has("last")) shown.lastS = number("last", LAST_S);
  if (query.has("from") || query.has("to")) shown.stretch = stretchOf(query, faults);
  if (query.has("at") && shown.stretch) shown.replay = replayOf(query, faults, () => number("speed", SPEEDS));
  else if (query.has("at")) faults.push(_("at= goes with from= and to=, the stretch that is replayed"));
  if (query.get("fields") === ALL || Object.keys(LISTS).some((name) => query.has(name))) {
    shown.arrangement = Object.fromEntries(Object.entries(LISTS).map(([name, list]) => [list, [...new Set(query.getAll(name))]]));
  }
  return shown;
}

/**
 * @param {Omit<Shown, "faults">} shown
 * @returns {string} of an address; empty where nothing is other than at first
 */
export function writeAddress({ lastS, stretch, replay, compared, arrangement }) {
  const query = new URLSearchParams();
  if (lastS !== undefined) query.set("last", String(lastS));
  if (stretch) {
    query.set("from", iso(stretch.from));
    query.set("to", iso(stretch.to));
  }
  if (replay) {
    query.set("at", iso(replay.at));
    query.set("speed", String(replay.speed));
  }
  for (const [name, value] of Object.entries(compared ?? {})) query.set(name, value);
  if (arrangement) {
    for (const [name, list] of Object.entries(LISTS)) for (const path of arrangement[list]) query.append(name, path);
    if (Object.values(LISTS).every((list) => arrangement[list].length === 0)) query.set("fields", ALL);
  }
  // Colons and commas are as good as they are, and easier to read.
  const text = query.toString().replaceAll("%3A", ":");
  return text && `?${text}`;
}

function stretchOf(query, faults) {
  const [from, to] = ["from", "to"].map((name) => moment(query, name, faults));
  if (from === undefined || to === undefined) return undefined;
  if (from < to) return { from, to };
  faults.push(_("from= is not before to="));
  return undefined;
}

function replayOf(query, faults, speed) {
  const at = moment(query, "at", faults);
  return at === undefined ? undefined : { at, speed: (query.has("speed") ? speed() : 1) ?? 1 };
}

function moment(query, name, faults) {
  const text = query.get(name) ?? "";
  const seconds = secondsOf(text);
  if (Number.isFinite(seconds)) return seconds;
  const isNone = _("{name}={text} is no moment, as 2026-11-22T14:00:00Z or UNIX seconds", { name, text });
  faults.push(text ? isNone : _("{name}= is missing", { name }));
  return undefined;
}

/** @param {string} text  ISO 8601 with a zone, or UNIX seconds @returns {number} UNIX seconds; NaN: it is neither */
export function secondsOf(text) {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : hasZone(text) ? Date.parse(text) / 1000 : NaN;
}

function hasZone(text) {
  return /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text);
}

/** To the millisecond. */
function iso(seconds) {
  return new Date(Math.round(seconds * 1000)).toISOString();
}
