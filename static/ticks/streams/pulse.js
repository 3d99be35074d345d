import { _ } from "../i18n.js";

const EVERY_MS = 2000;
const PATIENCE_MS = 10000;
const DELAYS_MS = [2000, 4000, 8000, 15000, 30000];

/**
 * Why there is no answer.
 *
 * @typedef {object} Trouble
 * @property {number} at  when the first try failed, the viewer's own clock, ms
 * @property {string} what  in words
 * @property {boolean} [isSignedOut]  and that is the reason
 * @property {number} tries  failed ones, one after the other
 * @property {number} nextAt  when the next one begins, as `at`
 */

/** Asks again and again how all streams are; not while the page is hidden, and at once when it is shown again. */
export class Pulse {
  #url;
  #told;
  #failed;
  #timer = null;
  #asking = false;
  #trouble = null;
  #isHeld = false;

  /**
   * @param {string} url
   * @param {object} then
   * @param {(answer: {server_time: number, streams: import("./entry.js").Told[]}) => void} then.told
   * @param {(trouble: Trouble) => void} then.failed
   */
  constructor(url, { told, failed }) {
    this.#url = url;
    this.#told = told;
    this.#failed = failed;
  }

  start() {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#wait(null) : this.ask()));
    addEventListener("online", () => this.ask());
    if (!document.hidden) this.ask();
  }

  /** @returns {boolean} whether it asks nothing because somebody wants it so */
  get isHeld() {
    return this.#isHeld;
  }

  hold() {
    this.#isHeld = true;
    this.#wait(null);
  }

  goOn() {
    this.#isHeld = false;
    this.ask();
  }

  /** Asks now, unless it is held. */
  async ask() {
    if (this.#asking || this.#isHeld) return;
    this.#asking = true;
    this.#wait(null);
    let restMs = EVERY_MS;
    try {
      const answer = await getJson(this.#url);
      this.#trouble = null;
      if (!this.#isHeld) this.#told(answer);
    } catch (error) {
      restMs = this.#fail(error);
    }
    this.#asking = false;
    if (!document.hidden && !this.#isHeld) this.#wait(restMs);
  }

  #fail(error) {
    const tries = (this.#trouble?.tries ?? 0) + 1;
    const restMs = Math.max((error.retryAfterS ?? 0) * 1000, DELAYS_MS[Math.min(tries, DELAYS_MS.length) - 1]);
    const { message: what, isSignedOut } = error;
    this.#trouble = { at: this.#trouble?.at ?? Date.now(), what, isSignedOut, tries, nextAt: Date.now() + restMs };
    if (!this.#isHeld) this.#failed(this.#trouble);
    return restMs;
  }

  #wait(ms) {
    clearTimeout(this.#timer);
    this.#timer = ms === null ? null : setTimeout(() => this.ask(), ms);
  }
}

/**
 * @param {string} url
 * @returns {Promise<any>} what is at it
 * @throws {Error & {retryAfterS?: number}} with a message for people
 */
export async function getJson(url) {
  let answer;
  try {
    answer = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    const isSlow = error.name === "TimeoutError";
    const late = _("the server did not answer within {seconds} s", { seconds: PATIENCE_MS / 1000 });
    throw new Error(isSlow ? late : _("the server can't be reached"));
  }
  const body = await answer.json().catch(() => null);
  if (answer.ok && body !== null) return body;
  const detail = String(body?.detail ?? _("it did not say why")).replace(/\.$/, "");
  const said = body === null ? _("what it answered is not readable") : detail;
  const retryAfterS = Number(answer.headers.get("Retry-After")) || 0;
  throw Object.assign(new Error(_("the server answered {status}: {said}", { status: answer.status, said })), { retryAfterS });
}
