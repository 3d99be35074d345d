import { _, _n, locale } from "../i18n.js";

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86400;
/** Below this span a second is too coarse to tell the ends apart. */
const TENTHS_BELOW_S = 10;
const SECONDS_BELOW_S = DAY_S;

/** What is offered at a click: how much of the time before now. */
export const PRESETS = [
  { spanS: MINUTE_S, words: _("1 min") },
  { spanS: 5 * MINUTE_S, words: _("5 min") },
  { spanS: 15 * MINUTE_S, words: _("15 min") },
  { spanS: 30 * MINUTE_S, words: _("30 min") },
  { spanS: HOUR_S, words: _("1 h") },
  { spanS: 3 * HOUR_S, words: _("3 h") },
  { spanS: 6 * HOUR_S, words: _("6 h") },
  { spanS: 12 * HOUR_S, words: _("12 h") },
  { spanS: DAY_S, words: _("1 day") },
  { spanS: 2 * DAY_S, words: _("2 days") },
  { spanS: 7 * DAY_S, words: _("7 days") },
  { spanS: 30 * DAY_S, words: _("30 days") },
];

const UNITS = [
  { size: DAY_S, words: (count) => _n("{count} day", "{count} days", count) },
  { size: HOUR_S, words: (count) => _("{count} h", { count }) },
  { size: MINUTE_S, words: (count) => _("{count} min", { count }) },
  { size: 1, words: (count) => _("{count} s", { count }) },
];
const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const SECONDS = { ...HOURS, second: "2-digit" };
const minutes = new Intl.DateTimeFormat(locale, HOURS);
const seconds = new Intl.DateTimeFormat(locale, SECONDS);
const tenths = new Intl.DateTimeFormat(locale, { ...SECONDS, fractionalSecondDigits: 1 });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" });
const dayOfYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });

/**
 * @param {import("./timeline.js").Range} range
 * @param {boolean} isLive
 * @param {number} now  UNIX seconds
 * @returns {string} "last 5 min", or "22 Nov 14:00:00 – 14:05:30" with the date only where it is not today's
 */
export function words({ from, to }, isLive, now) {
  if (isLive) return _("last {span}", { span: spanWords(to - from) });
  const clock = clockFor(to - from);
  const [start, end, today] = [from, to, now].map((at) => new Date(at * 1000));
  const first = isSameDay(start, today) && isSameDay(end, today) ? "" : `${dateWords(start, today)} `;
  const second = isSameDay(start, end) ? "" : `${dateWords(end, today)} `;
  return `${first}${clock.format(start)} – ${second}${clock.format(end)}`;
}

/** @param {import("./timeline.js").Range} range @returns {string} for who was not there: with dates and zone */
export function fullWords({ from, to }) {
  return `${full.format(from * 1000)} – ${full.format(to * 1000)}`;
}

/** @param {number} spanS @returns {string} "5 min", "1 h 30 min", "2.5 s": at most two units */
export function spanWords(spanS) {
  if (spanS < TENTHS_BELOW_S) return _("{count} s", { count: Math.round(spanS * 10) / 10 });
  const whole = Math.round(spanS);
  const place = UNITS.findIndex(({ size }) => whole >= size);
  const { size, words: said } = UNITS[place];
  const count = Math.floor(whole / size);
  const finer = UNITS[place + 1];
  const rest = finer ? Math.floor((whole - count * size) / finer.size) : 0;
  return rest > 0 ? `${said(count)} ${finer.words(rest)}` : said(count);
}

/** @param {number} at  UNIX seconds @param {number} now  UNIX seconds @returns {string} "13:10:00", "22 Nov 13:10:00" */
export function momentWords(at, now) {
  const [date, today] = [new Date(at * 1000), new Date(now * 1000)];
  return `${isSameDay(date, today) ? "" : `${dateWords(date, today)} `}${seconds.format(date)}`;
}

function clockFor(spanS) {
  if (spanS < TENTHS_BELOW_S) return tenths;
  return spanS < SECONDS_BELOW_S ? seconds : minutes;
}

function dateWords(date, today) {
  return (date.getFullYear() === today.getFullYear() ? day : dayOfYear).format(date);
}

function isSameDay(one, other) {
  return one.toDateString() === other.toDateString();
}
