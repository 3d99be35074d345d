import { cause } from "../data/gaps.js";
import { _, _n, locale } from "../i18n.js";
import { decimal, duration } from "../look/units.js";
import { sourceAheadS } from "./latency.js";

const WARN_S = 2;
const RIGHT_S = 0.1;
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" });

const TELL = {
  connected: (entry) => _("connected") + place(entry),
  failed: (entry) => _("no connection{span}: {why}{tries}", parts(entry)),
  lost: (entry) => _("lost{span}: {why}{tries}", parts(entry)),
  hidden: (entry) => _("asleep{span}: {why}", { ...parts(entry), why: reasonWords(entry.reason) }),
  stopped: (entry) => _("ended: {why}", parts(entry)),
  gap: (entry) => _("{ticks}: {why}", { ticks: missing(entry), why: cause(entry.reason) }) + between(entry),
  slept: ({ forS }) => _("this computer slept, or its clock was put forward, by {time}", { time: duration(forS) }),
  back: ({ forS }) => _("this computer's clock was put back by {time}", { time: duration(forS) }),
  source: ({ forS, t, count }) =>
    _("the source's clock went back by {time} at t {t}", { time: duration(forS), t: whole(t) }) + times(count),
};

/** @param {import("./log.js").Entry} entry @returns {string} */
export function tell(entry) {
  return TELL[entry.kind]?.(entry) ?? entry.kind;
}

/** @param {string} reason  of the feed, which speaks English @returns {string} */
export function reasonWords(reason) {
  const [seconds] = /\d+/.exec(reason) ?? [];
  return seconds === undefined ? _(reason) : _(reason.replace(seconds, "{seconds}"), { seconds });
}

/** @param {number} at @param {number} now  UNIX seconds @returns {string} the time of day; before today with its date */
export function when(at, now) {
  const [date, today] = [at, now].map((seconds) => day.format(seconds * 1000));
  const time = clock.format(at * 1000);
  return date === today ? time : `${date} ${time}`;
}

/**
 * @param {string} word  the state's
 * @param {number | null} since  when the connection came about, UNIX seconds
 * @param {number} now
 * @returns {string}
 */
export function standing(word, since, now) {
  if (since === null) return _("{word}, no connection", { word });
  return _("{word}, connected for {time}, since {since}", { word, time: duration(now - since), since: when(since, now) });
}

/**
 * @param {number} skewS  this computer's clock less the server's, seconds
 * @param {import("./latency.js").Measured} measured
 * @returns {string[]} what is wrong with the clocks
 */
export function warnings(skewS, measured) {
  const found = [];
  const time = duration(Math.abs(skewS));
  if (skewS > WARN_S) found.push(_("This computer's clock is {time} ahead of the server's: times here are the server's.", { time }));
  if (skewS < -WARN_S) found.push(_("This computer's clock is {time} behind the server's: times here are the server's.", { time }));
  const aheadS = sourceAheadS(measured);
  const ahead = { time: duration(aheadS) };
  if (aheadS > 0) found.push(_("The source's clock is ahead by {time}: its ticks were made earlier than they say.", ahead));
  return found;
}

/** @param {number} skewS @returns {string} "0.2 s behind" */
export function off(skewS) {
  const size = Math.abs(skewS);
  if (size < RIGHT_S) return _("right to {time}", { time: duration(RIGHT_S) });
  return skewS < 0 ? _("{time} behind", { time: duration(size) }) : _("{time} ahead", { time: duration(size) });
}

/** @param {number} ms  milliseconds; negative ones come of a wrong clock @returns {string} "4.2 ms", "26 ms", "1.3 s" */
export function brief(ms) {
  const size = Math.abs(ms);
  const text = size < 999.5 ? `${decimal(size, size < 9.95 ? 1 : 0)} ms` : duration(size / 1000);
  return ms < 0 ? `−${text}` : text;
}

function whole(value) {
  return decimal(value, 0);
}

function place({ resumed, t }) {
  if (resumed) return _(", goes on behind t {t}", { t: whole(t) });
  return t === null ? "" : _(", from t {t} on", { t: whole(t) });
}

function times(count) {
  return count > 1 ? _(", {count} times", { count: whole(count) }) : "";
}

function parts(entry) {
  const { forS } = entry;
  return { span: forS === null ? "" : _(" for {time}", { time: duration(forS) }), why: why(entry), tries: tries(entry) };
}

function why({ reason, code }) {
  return (reasonWords(reason) || _("no reason was told")) + (code ? _(" (code {code})", { code }) : "");
}

function tries({ tries: count }) {
  return count > 0 ? _n("; {count} try failed", "; {count} tries failed", count) : "";
}

function missing({ count, fromT, toT }) {
  const ticks = _n("{whole} tick is missing", "{whole} ticks are missing", count, { whole: whole(count) });
  return toT > fromT ? `${ticks}, t ${whole(fromT)}–${whole(toT)}` : ticks;
}

function between({ fromTs, toTs }) {
  return fromTs === null || toTs === null ? "" : `, ${clock.format(fromTs * 1000)}–${clock.format(toTs * 1000)}`;
}
