import { cause } from "../data/gaps.js";
import { decimal, duration } from "../look/units.js";
import { sourceAheadS } from "./latency.js";

const WARN_S = 2;
const RIGHT_S = 0.1;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

const TELL = {
  connected: (entry) => `connected${place(entry)}`,
  failed: (entry) => `no connection${span(entry)}: ${why(entry)}${tries(entry)}`,
  lost: (entry) => `lost${span(entry)}: ${why(entry)}${tries(entry)}`,
  hidden: (entry) => `asleep${span(entry)}: ${entry.reason}`,
  stopped: (entry) => `ended: ${why(entry)}`,
  gap: (entry) => `${missing(entry)}: ${cause(entry.reason)}${between(entry)}`,
  slept: ({ forS }) => `this computer slept, or its clock was put forward, by ${duration(forS)}`,
  back: ({ forS }) => `this computer's clock was put back by ${duration(forS)}`,
  source: ({ forS, t, count }) => `the source's clock went back by ${duration(forS)} at t ${whole(t)}${times(count)}`,
};

/** @param {import("./log.js").Entry} entry @returns {string} */
export function tell(entry) {
  return TELL[entry.kind]?.(entry) ?? entry.kind;
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
  return since === null ? `${word}, no connection` : `${word}, connected for ${duration(now - since)}, since ${when(since, now)}`;
}

/**
 * @param {number} skewS  this computer's clock less the server's, seconds
 * @param {import("./latency.js").Measured} measured
 * @returns {string[]} what is wrong with the clocks
 */
export function warnings(skewS, measured) {
  const found = [];
  const beside = `${off(skewS)}${skewS > 0 ? " of" : ""} the server's`;
  if (Math.abs(skewS) > WARN_S) found.push(`This computer's clock is ${beside}: times here are the server's.`);
  const aheadS = sourceAheadS(measured);
  if (aheadS > 0) found.push(`The source's clock is ahead by ${duration(aheadS)}: its ticks were made earlier than they say.`);
  return found;
}

/** @param {number} skewS @returns {string} "0.2 s behind" */
export function off(skewS) {
  const size = Math.abs(skewS);
  return size < RIGHT_S ? `right to ${duration(RIGHT_S)}` : `${duration(size)} ${skewS < 0 ? "behind" : "ahead"}`;
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
  if (resumed) return `, goes on behind t ${whole(t)}`;
  return t === null ? "" : `, from t ${whole(t)} on`;
}

function times(count) {
  return count > 1 ? `, ${whole(count)} times` : "";
}

function span({ forS }) {
  return forS === null ? "" : ` for ${duration(forS)}`;
}

function why({ reason, code }) {
  return `${reason || "no reason was told"}${code ? ` (code ${code})` : ""}`;
}

function tries({ tries: count }) {
  return count > 0 ? `; ${count} ${count === 1 ? "try" : "tries"} failed` : "";
}

function missing({ count, fromT, toT }) {
  const ticks = `${whole(count)} ${count === 1 ? "tick is" : "ticks are"} missing`;
  return toT > fromT ? `${ticks}, t ${whole(fromT)}–${whole(toT)}` : ticks;
}

function between({ fromTs, toTs }) {
  return fromTs === null || toTs === null ? "" : `, ${clock.format(fromTs * 1000)}–${clock.format(toTs * 1000)}`;
}
