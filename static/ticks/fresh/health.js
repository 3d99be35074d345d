import { _ } from "../i18n.js";

const OFFLINE_S = 2;
const SLOW_INTERVALS = 2;
const STALE_INTERVALS = 5;
const LEAST_SLOW_S = 1;
const LEAST_STALE_S = 5;
const USUAL_INTERVAL_S = 1;

/**
 * Each state's shape, word and tone, which names a colour of the style sheet: colour alone never tells it. Listed from
 * worst to best.
 */
export const STATES = {
  offline: { shape: "✕", word: _("offline"), tone: "bad" },
  stale: { shape: "◌", word: _("stale"), tone: "warn" },
  hidden: { shape: "☾", word: _("asleep"), tone: "past" },
  paused: { shape: "⏸", word: _("paused"), tone: "past" },
  past: { shape: "↶", word: _("past"), tone: "past" },
  replay: { shape: "↺", word: _("replay"), tone: "past" },
  slow: { shape: "◐", word: _("slow"), tone: "warn" },
  empty: { shape: "○", word: _("no ticks yet"), tone: "muted" },
  connecting: { shape: "○", word: _("connecting"), tone: "muted" },
  live: { shape: "●", word: _("live"), tone: "good" },
  gone: { shape: "–", word: _("no longer listed"), tone: "muted" },
};

/**
 * @param {object} facts
 * @param {"connecting" | "live" | "waiting" | "hidden" | "stopped"} facts.link  state of the connection
 * @param {number} facts.downS  how long it has not been live, seconds
 * @param {boolean} facts.greeted  whether it ever was
 * @param {boolean} facts.hasTick
 * @param {number} facts.quietS  time since the last sign of the source, seconds
 * @param {number} facts.intervalS  the stream's usual interval, seconds; NaN when unknown
 * @param {"up" | "down" | null} [facts.producer]  as the last heartbeat told; null when a tick has come since
 * @param {"paused" | "past" | "replay" | null} [facts.held]  what is shown instead of the present
 * @returns {keyof typeof STATES}
 */
export function judge({ link, downS, greeted, hasTick, quietS, intervalS, producer = null, held = null }) {
  if (link === "hidden") return "hidden";
  if (link === "stopped" || (link !== "live" && downS > OFFLINE_S)) return "offline";
  if (!greeted) return "connecting";
  if (!hasTick) return "empty";
  // Who looks at the past is not misled by a source that is silent now.
  if (held === "past" || held === "replay") return held;
  const interval = intervalS || USUAL_INTERVAL_S;
  const isSlow = quietS > Math.max(LEAST_SLOW_S, SLOW_INTERVALS * interval);
  const isStale = quietS > Math.max(LEAST_STALE_S, STALE_INTERVALS * interval);
  if (isStale || (isSlow && producer === "down")) return "stale";
  if (held === "paused") return "paused";
  return isSlow ? "slow" : "live";
}

/** @param {Iterable<keyof typeof STATES>} states @returns {keyof typeof STATES} the worst of them; of none: "empty" */
export function worst(states) {
  const all = new Set(states);
  return Object.keys(STATES).find((state) => all.has(state)) ?? "empty";
}
