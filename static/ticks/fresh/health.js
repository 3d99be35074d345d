const OFFLINE_S = 2;
const SLOW_INTERVALS = 2;
const STALE_INTERVALS = 5;
const LEAST_SLOW_S = 1;
const LEAST_STALE_S = 5;
const USUAL_INTERVAL_S = 1;

/** Each state's shape and word: colour alone never tells it. Listed from worst to best. */
export const STATES = {
  offline: { shape: "✕", word: "offline" },
  stale: { shape: "◌", word: "stale" },
  hidden: { shape: "☾", word: "asleep" },
  paused: { shape: "⏸", word: "paused" },
  slow: { shape: "◐", word: "slow" },
  empty: { shape: "○", word: "no ticks yet" },
  connecting: { shape: "○", word: "connecting" },
  live: { shape: "●", word: "live" },
};

/**
 * @param {object} facts
 * @param {"connecting" | "live" | "waiting" | "hidden" | "stopped"} facts.link  state of the connection
 * @param {number} facts.downS  how long it has not been live, seconds
 * @param {boolean} facts.greeted  whether it ever was
 * @param {boolean} facts.hasTick
 * @param {number} facts.quietS  time since the last sign of the source, seconds
 * @param {number} facts.intervalS  the stream's usual interval, seconds; NaN when unknown
 * @param {boolean} facts.paused
 * @returns {keyof typeof STATES}
 */
export function judge({ link, downS, greeted, hasTick, quietS, intervalS, paused }) {
  if (link === "hidden") return "hidden";
  if (link === "stopped" || (link !== "live" && downS > OFFLINE_S)) return "offline";
  if (!greeted) return "connecting";
  if (!hasTick) return "empty";
  const interval = intervalS || USUAL_INTERVAL_S;
  if (quietS > Math.max(LEAST_STALE_S, STALE_INTERVALS * interval)) return "stale";
  if (paused) return "paused";
  return quietS > Math.max(LEAST_SLOW_S, SLOW_INTERVALS * interval) ? "slow" : "live";
}
