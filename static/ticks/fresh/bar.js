import { _ } from "../i18n.js";
import { setIcon } from "../look/favicon.js";
import { setText } from "../look/dom.js";
import { decimal, duration } from "../look/units.js";
import { STATES } from "./health.js";
import { Speech } from "./speech.js";
import { brief, reasonWords } from "./words.js";

const SIGN_IN = 4401;
const FLOWING = new Set(["live", "slow", "paused", "past", "replay"]);
const byId = (id) => document.getElementById(id);

/** The top bar, the offline bar, the window's title and what is read out: all that tells how fresh the page is. */
export class Bar {
  #stream;
  #state = "";
  #speech;
  #parts = {
    pill: byId("state"),
    shape: byId("state-shape"),
    word: byId("state-word"),
    age: byId("age"),
    latency: byId("latency"),
    offline: byId("offline"),
    offlineText: byId("offline-text"),
    retry: byId("retry"),
    signIn: byId("sign-in-again"),
  };

  /**
   * @param {string} stream  its name
   * @param {object} actions
   * @param {() => void} actions.retry  try to connect at once
   */
  constructor(stream, { retry }) {
    this.#stream = stream;
    this.#speech = new Speech(byId("spoken"), stream);
    this.#parts.retry.addEventListener("click", retry);
  }

  /**
   * @param {object} facts
   * @param {keyof typeof STATES} facts.state
   * @param {number} facts.ageS  age of the newest tick by the server's clock, seconds; NaN when there is none
   * @param {import("./latency.js").Measured | null} facts.latency
   * @param {import("../feed.js").FeedStatus} facts.link
   * @param {number | null} facts.roundTripMs  to the server and back, milliseconds
   * @param {number} [facts.news]  ticks received while something else than the present is shown
   * @param {string} [facts.shown]  which part of the stream that is, to be said when it changes
   */
  show({ state, ageS, latency, link, roundTripMs, news = 0, shown = "" }) {
    setText(this.#parts.age, Number.isFinite(ageS) ? _("{age} ago", { age: duration(ageS) }) : "");
    this.#tellLatency((FLOWING.has(state) && latency?.total) || null);
    this.#parts.pill.title = roundTripMs === null ? "" : _("{ms} ms to the server and back", { ms: decimal(roundTripMs, 0) });
    this.#offlineBar(state === "offline", link);
    this.#title(state, news);
    if (state !== this.#state) this.#enter(state);
    const why = state === "offline" && link.reason ? _(", {why}", { why: reasonWords(link.reason) }) : "";
    this.#speech.tell({ state, words: `${STATES[state].word}${why}`, shown });
  }

  #enter(state) {
    const { shape, word } = STATES[state];
    this.#state = state;
    document.documentElement.dataset.state = state;
    setText(this.#parts.shape, shape);
    setText(this.#parts.word, word);
    setIcon(state);
  }

  #title(state, news) {
    const { shape, word } = STATES[state];
    const more = news > 0 ? _(", {count} new", { count: decimal(news, 0) }) : "";
    const title = `${shape} ${word}${more} · ${this.#stream} · Tick Monitor`;
    if (document.title !== title) document.title = title;
  }

  #tellLatency(total) {
    setText(this.#parts.latency, total === null ? "" : brief(total.p50));
    const inWords = { p50: brief(total?.p50), p95: brief(total?.p95) };
    const title = _("Half of the ticks are here within {p50}, 95 of 100 within {p95}", inWords);
    this.#parts.latency.title = total === null ? "" : title;
  }

  #offlineBar(isOffline, { state, attempt, nextTry, code, reason }) {
    const { offline, retry, signIn, offlineText } = this.#parts;
    const mustSignIn = state === "stopped" && code === SIGN_IN;
    // Where the viewer is by now: what is shown may stand in the address.
    if (mustSignIn && signIn.hidden) signIn.href = backFrom(signIn.href);
    offline.hidden = !isOffline;
    retry.hidden = state !== "waiting";
    signIn.hidden = !mustSignIn;
    if (isOffline) setText(offlineText, `${sentence(reason)}${state === "stopped" ? "" : ` ${tries(attempt, nextTry)}`}`);
  }
}

function sentence(reason) {
  const words = reasonWords(reason);
  return reason ? _("{reason}.", { reason: words[0].toUpperCase() + words.slice(1) }) : _("No connection.");
}

function tries(attempt, nextTry) {
  if (nextTry === null) return _("Try {attempt} now …", { attempt });
  const facts = { attempt, seconds: Math.max(0, Math.ceil((nextTry - Date.now()) / 1000)) };
  return attempt > 0 ? _("Try {attempt} failed, next in {seconds} s.", facts) : _("Next try in {seconds} s.", facts);
}

function backFrom(signIn) {
  const target = new URL(signIn);
  target.searchParams.set("next", location.pathname + location.search);
  return target.href;
}
