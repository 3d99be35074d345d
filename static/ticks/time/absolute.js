import { _ } from "../i18n.js";
import { MOST_DAYS } from "./timeline.js";
import { momentWords } from "./words.js";

const DAY_S = 86400;

/**
 * What is wrong with a range that was typed in.
 *
 * @typedef {{field: "from" | "to", text: string}} Fault
 */

/**
 * @param {string} fromText  as an input of type datetime-local has it: local time, "2026-11-22T14:00:00"; "" if incomplete
 * @param {string} toText
 * @param {object} known
 * @param {number} known.now  UNIX seconds
 * @param {number | null} known.oldest  ts of the oldest tick that is kept, UNIX seconds; null: not known
 * @returns {{from: number, to: number, fault?: undefined} | {fault: Fault}} UNIX seconds, or why they can't be shown
 */
export function checked(fromText, toText, { now, oldest }) {
  const [from, to] = [secondsOf(fromText), secondsOf(toText)];
  const say = (field, text) => ({ fault: { field, text } });
  if (Number.isNaN(from)) return say("from", _("From: give a date and a time."));
  if (Number.isNaN(to)) return say("to", _("To: give a date and a time."));
  if (from > to) return say("from", _("From is after to."));
  if (from === to) return say("to", _("From and to are the same: to has to be later."));
  if (from >= now) return say("from", _("That is yet to come: it is {now}.", { now: momentWords(now, now) }));
  if (oldest !== null && to <= oldest) return say("to", _("Nothing is kept before {oldest}.", { oldest: momentWords(oldest, now) }));
  if (to - from > MOST_DAYS * DAY_S) return say("from", _("At most {days} days are shown at once.", { days: MOST_DAYS }));
  return { from, to };
}

/** @param {number} at  UNIX seconds @returns {string} local time to the second, for an input of type datetime-local */
export function localValue(at) {
  const date = new Date(at * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}

/** @returns {string} the viewer's zone and its present distance from UTC: "Europe/Berlin, UTC+1" */
export function zoneWords() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const minutes = -new Date().getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const away = minutes === 0 ? "UTC" : `UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
  return timeZone === away ? away : `${timeZone}, ${away}`;
}

/** An incomplete or impossible one gives NaN. */
function secondsOf(text) {
  return new Date(text).getTime() / 1000;
}
