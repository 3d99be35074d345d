import { setIcon } from "../look/favicon.js";
import { setText } from "../look/dom.js";
import { decimal, duration } from "../look/units.js";
import { STATES } from "./health.js";
import { brief } from "./words.js";

const SIGN_IN = 4401;
const FLOWING = new Set(["live", "slow", "paused", "past", "replay"]);
const byId = (id) => document.getElementById(id);

/** The top bar, the offline bar, the window's title and what is read out: all that tells how fresh the page is. */
export class Bar {
  #stream;
  #state = "";
  #parts = {
    pill: byId("state"),
    shape: byId("state-shape"),
    word: byId("state-word"),
    age: byId("age"),
    latency: byId("latency"),
    spoken: byId("spoken"),
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
   */
  show({ state, ageS, latency, link, roundTripMs, news = 0 }) {
    setText(this.#parts.age, Number.isFinite(ageS) ? `${duration(ageS)} ago` : "");
    this.#tellLatency((FLOWING.has(state) && latency?.total) || null);
    this.#parts.pill.title = roundTripMs === null ? "" : `${decimal(roundTripMs, 0)} ms to the server and back`;
    this.#offlineBar(state === "offline", link);
    this.#title(state, news);
    if (state !== this.#state) this.#enter(state, link);
  }

  #enter(state, { reason }) {
    const { shape, word } = STATES[state];
    const known = this.#state !== "";
    this.#state = state;
    document.documentElement.dataset.state = state;
    setText(this.#parts.shape, shape);
    setText(this.#parts.word, word);
    if (known) setText(this.#parts.spoken, `${this.#stream}: ${word}${state === "offline" && reason ? `, ${reason}` : ""}`);
    setIcon(state);
  }

  #title(state, news) {
    const { shape, word } = STATES[state];
    const more = news > 0 ? `, ${decimal(news, 0)} new` : "";
    const title = `${shape} ${word}${more} · ${this.#stream} · Tick Monitor`;
    if (document.title !== title) document.title = title;
  }

  #tellLatency(total) {
    setText(this.#parts.latency, total === null ? "" : brief(total.p50));
    const inWords = (spread) => `Half of the ticks are here within ${brief(spread.p50)}, 95 of 100 within ${brief(spread.p95)}`;
    this.#parts.latency.title = total === null ? "" : inWords(total);
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
  return reason ? `${reason[0].toUpperCase()}${reason.slice(1)}.` : "No connection.";
}

function tries(attempt, nextTry) {
  if (nextTry === null) return `Try ${attempt} now …`;
  const failed = attempt > 0 ? `Try ${attempt} failed, next` : "Next try";
  return `${failed} in ${Math.max(0, Math.ceil((nextTry - Date.now()) / 1000))} s.`;
}

function backFrom(signIn) {
  const target = new URL(signIn);
  target.searchParams.set("next", location.pathname + location.search);
  return target.href;
}
