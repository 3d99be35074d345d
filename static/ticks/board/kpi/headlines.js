import { _ } from "../../i18n.js";

const MOST = 6;

/** What stands on top where nobody pinned anything, of streams that have all of it. */
const HOST = [
  [_("CPU"), "cpu.percent"],
  [_("Memory"), "memory.percent"],
  [_("Load, 1 min"), "load.m1"],
  [_("Fullest disk"), "disks.*.percent"],
  [_("Network in"), "network.recv_bps"],
  [_("Network out"), "network.sent_bps"],
];

/**
 * @param {import("../../data/fields.js").Field[]} fields  those that are not hidden, in the viewer's order
 * @param {string[]} pinned  paths, in the viewer's order
 * @returns {import("./kpi.js").Headline[]} the pinned numbers; without any, the most telling ones
 */
export function headlinesOf(fields, pinned) {
  const numbers = fields.filter(({ kind }) => kind === "number");
  const chosen = pinned.flatMap((path) => numbers.filter((field) => field.path === path));
  if (chosen.length > 0) return chosen.map(alone);
  const meant = (pattern) => numbers.filter((field) => (field.pattern ?? field.path) === pattern);
  const host = HOST.map(([label, pattern]) => ({ key: pattern, label, fields: meant(pattern) }));
  const found = host.filter((headline) => headline.fields.length > 0);
  if (found.length > MOST / 2) return found;
  return numbers.slice(0, MOST).map(alone);
}

function alone(field) {
  return { key: field.path, label: field.label, fields: [field] };
}
