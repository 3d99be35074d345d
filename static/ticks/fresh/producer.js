import { _ } from "../i18n.js";
import { setText } from "../look/dom.js";
import { figures } from "./figures.js";
import { when } from "./words.js";

const EVERY_MS = 5000;
const PATIENCE_MS = 10000;

/** The card "Producer and server". It asks while it can be seen, and not otherwise. */
export class ProducerCard {
  #root;
  #url;
  #places;
  #parts;
  #isInSight = false;
  #timer = 0;
  #isAsking = false;
  #isResting = false;
  #before = null;

  /** @param {HTMLElement} root  the card @param {string} url  of the stream's health */
  constructor(root, url) {
    this.#root = root;
    this.#url = url;
    this.#places = new Map([...root.querySelectorAll("[data-figure]")].map((place) => [place.dataset.figure, place]));
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.#parts = { note: part("note"), gone: part("gone"), known: part("known") };
  }

  /** From now on it keeps itself up to date. */
  start() {
    new IntersectionObserver((entries) => {
      this.#isInSight = entries.at(-1).isIntersecting;
      this.#go();
    }).observe(this.#root);
    document.addEventListener("visibilitychange", () => this.#go());
  }

  /** @param {boolean} isResting  what it says is to stand; what was never read is read all the same */
  rest(isResting) {
    if (isResting === this.#isResting) return;
    this.#isResting = isResting;
    this.#go();
  }

  #go() {
    clearTimeout(this.#timer);
    const mayAsk = !this.#isResting || this.#before === null;
    if (this.#isInSight && !document.hidden && !this.#isAsking && mayAsk) this.#ask();
  }

  async #ask() {
    this.#isAsking = true;
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(this.#url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok) throw new Error(await refusal(answer));
      this.#show(await answer.json());
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isAsking = false;
      this.#timer = setTimeout(() => this.#go(), EVERY_MS);
    }
  }

  #show(health) {
    const isBlind = health.producer === null && health.server === null;
    if (isBlind) this.#write({ ...this.#before, server_time: health.server_time, archive: health.archive }, null);
    else this.#write(health, this.#before);
    if (!isBlind) this.#before = health;
    const asOf = _("as of {time}", { time: when(health.server_time, health.server_time) });
    this.#say(isBlind ? _("◌ Redis does not answer the server: only the archive is known now") : asOf, isBlind);
  }

  #write(health, before) {
    for (const [name, text] of Object.entries(figures(health, before))) {
      const place = this.#places.get(name);
      if (place) setText(place, text);
    }
    const isGone = health.producer === null;
    this.#parts.gone.hidden = !isGone;
    this.#parts.known.hidden = isGone;
  }

  #fail(error) {
    const time = this.#before && when(this.#before.server_time, this.#before.server_time);
    const asOf = time === null ? "" : _("These are of {time}.", { time });
    const what = _("✕ {why}. Asked again every {seconds} s.", { why: reasonOf(error), seconds: EVERY_MS / 1000 });
    this.#say(`${what} ${asOf}`.trim(), true);
  }

  #say(text, isOld) {
    setText(this.#parts.note, text);
    this.#root.classList.toggle("is-old", isOld);
  }
}

function reasonOf({ name, message }) {
  if (name === "TimeoutError") return _("The server gave no answer in {seconds} s", { seconds: PATIENCE_MS / 1000 });
  return name === "TypeError" ? _("The server can't be reached") : message;
}

/** A problem document says what is wrong; anything else may stand between here and the server. */
async function refusal(answer) {
  const told = await answer.json().catch(() => ({}));
  const why = (told.detail ?? `${answer.status} ${answer.statusText}`.trim()).replace(/\.$/, "");
  return _("The server refused: {why}", { why });
}
