import { decimal, duration } from "../look/units.js";
import { setText } from "../look/dom.js";
import { STATES } from "./health.js";

const SIGN_IN = 4401;
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
    pause: byId("pause"),
    pauseWord: byId("pause-word"),
    news: byId("news"),
    spoken: byId("spoken"),
    offline: byId("offline"),
    offlineText: byId("offline-text"),
    retry: byId("retry"),
    signIn: byId("sign-in-again"),
  };

  /**
   * @param {string} stream  its name
   * @param {object} actions
   * @param {() => void} actions.pause  pause or go on
   * @param {() => void} actions.retry  try to connect at once
   */
  constructor(stream, { pause, retry }) {
    this.#stream = stream;
    this.#parts.pause.addEventListener("click", pause);
    this.#parts.retry.addEventListener("click", retry);
    document.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.repeat || isControl(event.target)) return;
      event.preventDefault();
      pause();
    });
  }

  /**
   * @param {object} facts
   * @param {keyof typeof STATES} facts.state
   * @param {number} facts.ageS  age of the newest tick by the server's clock, seconds; NaN when there is none
   * @param {boolean} facts.paused
   * @param {number} facts.held  ticks received since the pause
   * @param {number | null} facts.roundTripMs  to the server and back, milliseconds
   * @param {import("../feed.js").FeedStatus} facts.link
   */
  show({ state, ageS, paused, held, roundTripMs, link }) {
    const age = Number.isNaN(ageS) ? "" : `last tick ${duration(ageS)} ago`;
    setText(this.#parts.age, age);
    for (const place of document.querySelectorAll(".card .age")) setText(place, state === "stale" || state === "offline" ? age : "");
    this.#parts.pill.title = roundTripMs === null ? "" : `${decimal(roundTripMs, 0)} ms to the server and back`;
    this.#pauseButton(paused, held);
    this.#offlineBar(state === "offline", link);
    if (state !== this.#state) this.#enter(state);
  }

  #enter(state) {
    const { shape, word } = STATES[state];
    const known = this.#state !== "";
    this.#state = state;
    document.documentElement.dataset.state = state;
    setText(this.#parts.shape, shape);
    setText(this.#parts.word, word);
    document.title = `${shape} ${word} · ${this.#stream} · Tick Monitor`;
    if (known) setText(this.#parts.spoken, `${this.#stream}: ${word}`);
    setIcon(state === "offline" || state === "stale" ? "alert" : "calm");
  }

  #pauseButton(paused, held) {
    this.#parts.pause.setAttribute("aria-pressed", String(paused));
    setText(this.#parts.pauseWord, paused ? "Resume" : "Pause");
    setText(this.#parts.news, paused ? `${decimal(held, 0)} new` : "");
  }

  #offlineBar(isOffline, { state, attempt, nextTry, code, reason }) {
    this.#parts.offline.hidden = !isOffline;
    if (!isOffline) return;
    this.#parts.retry.hidden = state !== "waiting";
    this.#parts.signIn.hidden = code !== SIGN_IN || state !== "stopped";
    const what = reason ? `${reason[0].toUpperCase()}${reason.slice(1)}.` : "No connection.";
    const tries = `Try ${attempt}${nextTry === null ? " now …" : ` failed, next in ${countdown(nextTry)}.`}`;
    setText(this.#parts.offlineText, state === "stopped" ? what : `${what} ${tries}`);
  }
}

function countdown(at) {
  return `${Math.max(0, Math.ceil((at - Date.now()) / 1000))} s`;
}

function isControl(target) {
  return target instanceof Element && target.closest("a, button, input, select, textarea, summary") !== null;
}

function setIcon(name) {
  const link = document.querySelector('link[rel="icon"]');
  if (link) link.href = link.dataset[name];
}
