import { _ } from "../i18n.js";
import { secondsOf } from "../share/address.js";

const DURATION = /^(-?\d+(?:\.\d+)?)([smhdw])$/;
const UNITS = { s: 1, m: 60, h: 3600, d: 86400, w: 604_800 };
const [LEAST_S, MOST_S] = [1, 400 * 86400];
const SPAN = "span";
const STREAM = /^[a-z0-9][a-z0-9_.-]{0,63}$/;

/**
 * With what is compared, as an address has it.
 *
 * @typedef {object} Compared
 * @property {number | "span"} [back]  so many seconds earlier, later where negative; `span`: as much as is shown
 * @property {number} [moment]  instead: when the other range begins, UNIX seconds
 * @property {string} [stream]  another one; absent: the same
 */

/**
 * @param {URLSearchParams} query  `compare=1d`, `compare=span`, `compare=2026-11-22T14:00:00Z`, `compare_stream=name`
 * @param {string[]} faults  gets what is wrong
 * @returns {Compared | undefined}
 */
export function readCompared(query, faults) {
  const time = query.has("compare") ? timeOf(query.get("compare")) : {};
  if (time === null) {
    const text = query.get("compare");
    faults.push(_("compare={text} is no time from 1s to 400d (as 90s, 30m, 1h, 1d, 1w), no moment, and not span", { text }));
  }
  const stream = query.get("compare_stream") ?? undefined;
  const isStream = stream === undefined || STREAM.test(stream);
  if (!isStream) faults.push(_("compare_stream={stream} is no name of a stream", { stream }));
  if (time === null || !isStream || (!query.has("compare") && stream === undefined)) return undefined;
  return stream === undefined ? time : { back: 0, ...time, stream };
}

/** @param {{back: number | "span", stream?: string}} compared @returns {Record<string, string>} for an address */
export function writeCompared({ back, stream }) {
  const time = back === 0 ? {} : { compare: back === SPAN ? SPAN : durationOf(back) };
  return stream === undefined ? time : { ...time, compare_stream: stream };
}

function timeOf(text) {
  if (text === SPAN) return { back: SPAN };
  const [, count, unit] = DURATION.exec(text) ?? [];
  const back = Number(count) * UNITS[unit];
  if (unit !== undefined) return Math.abs(back) >= LEAST_S && Math.abs(back) <= MOST_S ? { back } : null;
  const moment = secondsOf(text);
  return Number.isFinite(moment) ? { moment } : null;
}

/** In the largest unit that it is a whole number of; to the millisecond. */
function durationOf(back) {
  const [name, size] = Object.entries(UNITS).findLast(([, seconds]) => back % seconds === 0) ?? ["s", 1];
  return `${Number((back / size).toFixed(3))}${name}`;
}
