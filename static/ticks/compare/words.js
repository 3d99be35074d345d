import { _ } from "../i18n.js";
import { spanWords, words } from "../time/words.js";

const [HOUR_S, DAY_S, WEEK_S] = [3600, 86400, 604_800];
const SPAN = "span";

/** What is offered at a click. @type {(number | "span")[]} */
export const BACKS = [HOUR_S, DAY_S, WEEK_S, SPAN];

/** @param {number | "span"} back  seconds earlier @returns {string} "1 day earlier", as it is offered and as it names a line */
export function backWords(back) {
  if (back === SPAN) return _("the span before");
  if (back === HOUR_S) return _("1 hour earlier");
  if (back === DAY_S) return _("1 day earlier");
  if (back === WEEK_S) return _("1 week earlier");
  return back < 0 ? _("{span} later", { span: spanWords(-back) }) : _("{span} earlier", { span: spanWords(back) });
}

/** @param {{back: number | "span", stream?: string}} compared @returns {string} "web-2", "web-2, 1 day earlier" */
export function otherWords({ back, stream }) {
  if (stream === undefined) return backWords(back);
  return back === 0 ? stream : _("{stream}, {when}", { stream, when: backWords(back) });
}

/**
 * @param {{from: number, to: number}} range  the other one, UNIX seconds
 * @param {number} now  UNIX seconds
 * @returns {string} "yesterday 14:00:00 – 15:00:00", "21 Nov 14:00:00 – 15:00:00"
 */
export function rangeWords(range, now) {
  const days = new Set([range.from, range.to].map((at) => new Date(at * 1000).toDateString()));
  const yesterday = new Date(now * 1000);
  yesterday.setDate(yesterday.getDate() - 1);
  if (days.size > 1 || !days.has(yesterday.toDateString())) return words(range, false, now);
  return _("yesterday {times}", { times: words(range, false, range.to) });
}
