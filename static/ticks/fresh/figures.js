import { _ } from "../i18n.js";
import { decimal, duration, number, scaleFor } from "../look/units.js";
import { when } from "./words.js";

const DAY_S = 86400;
const NONE = "–";

/**
 * What `/api/streams/<name>/health/` answers; null where nothing is known.
 *
 * @typedef {object} Health
 * @property {string} stream
 * @property {number} server_time  UNIX seconds
 * @property {object | null} producer
 * @property {object | null} server
 * @property {object} archive
 */

/**
 * The card's figures, by the names that the page has for their places.
 *
 * @param {Health} health
 * @param {Health | null} before  the answer before this one
 * @returns {Record<string, string>}
 */
export function figures(health, before) {
  return { ...ofProducer(health), ...ofServer(health, before), ...ofArchive(health, before) };
}

function ofProducer({ producer }) {
  const { source, host, ts, started, rate, interval_s: every } = producer ?? {};
  const { ticks, late_ms: late, missed, owed, unarchived, skipped } = producer ?? {};
  return {
    source: source && host ? _("{source} on {host}", { source, host }) : source || host || NONE,
    running: started > 0 ? duration(ts - started) : NONE,
    ticks: `${count(ticks)}${paceOf(rate, every)}`,
    late: spread(late),
    missed: count(missed),
    owed: count(owed),
    unarchived: count(unarchived) + (skipped > 0 ? _(" · {count} skipped", { count: count(skipped) }) : ""),
    written: bytes(producer?.raw_bytes),
  };
}

function ofServer(health, before) {
  const { server } = health;
  const sentRate = rateOf("server", "sent_bytes", health, before);
  return {
    workers: count(server?.workers),
    subscribers: count(server?.subscribers),
    lag: spread(server?.loop_lag_ms),
    received: bytes(server?.raw_bytes),
    sent: bytes(server?.sent_bytes),
    "sent-rate": Number.isNaN(sentRate) ? NONE : `${bytes(sentRate)}/s`,
    "sent-packed": packed(server?.unpacked_bytes, server?.sent_bytes),
    repaired: count(server?.repaired),
  };
}

function ofArchive(health, before) {
  const { ticks, raw_bytes: raw, stored_bytes: stored, oldest_ts: oldest, newest_ts: newest, files } = health.archive ?? {};
  const perDay = growth(health, before);
  return {
    kept: count(ticks),
    oldest: oldest > 0 ? when(oldest, health.server_time) : NONE,
    span: newest > oldest ? duration(newest - oldest) : NONE,
    files: count(files),
    size: bytes(stored),
    "size-raw": bytes(raw),
    "size-packed": ratio(raw, stored),
    growth: Number.isNaN(perDay) ? NONE : bytes(perDay),
  };
}

/** Bytes stored in a day: what is written now, packed as the archive is so far; else as fast as it has grown so far. */
function growth(health, before) {
  const { raw_bytes: raw, stored_bytes: stored, oldest_ts: oldest, newest_ts: newest } = health.archive ?? {};
  const written = rateOf("producer", "raw_bytes", health, before);
  if (written >= 0 && raw > 0) return written * (stored / raw) * DAY_S;
  return newest > oldest ? (stored / (newest - oldest)) * DAY_S : NaN;
}

/** How fast a counter grows, a second; NaN where that can't be told, as when it has begun anew. */
function rateOf(part, name, health, before) {
  const grown = health[part]?.[name] - before?.[part]?.[name];
  const seconds = health.server_time - before?.server_time;
  return grown >= 0 && seconds > 0 ? grown / seconds : NaN;
}

function paceOf(rate, every) {
  const planned = every > 0 ? _(" of {rate}", { rate: perSecond(1 / every) }) : "";
  return Number.isFinite(rate) ? ` · ${perSecond(rate)}${planned}` : "";
}

function count(value) {
  return Number.isFinite(value) ? decimal(value, 0) : NONE;
}

function perSecond(rate) {
  return `${number(rate, { ...scaleFor("1/s", rate), most: 2 })}/s`;
}

function bytes(value) {
  if (!Number.isFinite(value)) return NONE;
  const scale = scaleFor("B", value);
  return `${number(value, scale)} ${scale.suffix}`;
}

function spread(ms) {
  if (!ms) return NONE;
  return `${[ms.p50, ms.p99, ms.max].map((value) => decimal(value, value < 99.95 ? 1 : 0)).join(" / ")} ms`;
}

function ratio(raw, stored) {
  return raw > 0 && stored > 0 ? `${decimal(raw / stored, 1)} ×` : NONE;
}

function packed(raw, stored) {
  return raw > 0 ? `${bytes(raw)} → ${bytes(stored)} · ${ratio(raw, stored)}` : NONE;
}
