import { _ } from "../../i18n.js";
import { csrfToken } from "../../look/csrf.js";

const REST_MS = 500;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60000;
/** Of an answer: it would go to another user's account. */
const NOT_THEIRS = 409;
const WHY = {
  401: _("you are no longer signed in"),
  403: _("you are no longer signed in, or may no longer see this stream"),
  404: _("this stream is gone"),
};

/**
 * Keeps an arrangement with the user's account: half a second after the last change, and again until it succeeds. Until
 * then the tab has it too: a page that is loaded at once comes with what the account had before.
 */
export class Account {
  #url;
  #user;
  #unsaved;
  #wanted = null;
  #isSending = false;
  #timer = 0;
  #retryMs = FIRST_RETRY_MS;

  /** @type {(text: string) => void} */
  onTrouble = () => {};

  /** @param {string} url  the API's `board` of the stream @param {string} user  whose account it is */
  constructor(url, user) {
    this.#url = url;
    this.#user = user;
    this.#unsaved = new Kept(() => sessionStorage, `tick-monitor-unsaved-${user}-${url}`);
    addEventListener("pagehide", () => this.#leave());
  }

  /**
   * @param {import("./choice.js").Arrangement} given  what the account had when the page was made
   * @returns {import("./choice.js").Arrangement} what was arranged in this tab and did not get there, or what was given
   */
  load(given) {
    const unsaved = this.#unsaved.read();
    if (unsaved !== null) this.save(lists(unsaved));
    return this.#wanted ?? given;
  }

  /** @param {import("./choice.js").Arrangement} value */
  save(value) {
    this.#unsaved.write(value);
    this.#wanted = value;
    this.#retryMs = FIRST_RETRY_MS;
    this.#after(REST_MS);
  }

  #after(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), ms);
  }

  async #send() {
    if (this.#isSending || this.#wanted === null) return;
    this.#isSending = true;
    const sent = this.#wanted;
    const status = await this.#put(sent);
    this.#isSending = false;
    if (status >= 200 && status < 300) this.#kept(sent);
    else if (status === NOT_THEIRS) this.#stop();
    else this.#failed(status);
  }

  #kept(sent) {
    this.#retryMs = FIRST_RETRY_MS;
    this.onTrouble("");
    if (this.#wanted !== sent) return this.#after(REST_MS);
    this.#wanted = null;
    this.#unsaved.remove();
  }

  /** It stays in the tab until its user is back. */
  #stop() {
    this.#wanted = null;
    this.onTrouble(_("Not saved: another user is signed in: reload the page."));
  }

  #failed(status) {
    const why = status === 0 ? _("the server can't be reached") : (WHY[status] ?? _("the server answered {status}", { status }));
    this.onTrouble(_("Not saved: {why}. Next try in {seconds} s.", { why, seconds: this.#retryMs / 1000 }));
    this.#after(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  /** @returns {Promise<number>} the answer's status; 0: there was none */
  async #put(value, keepalive = false) {
    const user = encodeURIComponent(this.#user);
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "X-Board-User": user };
    try {
      const options = { method: "PUT", credentials: "same-origin", headers, body: JSON.stringify(value), keepalive };
      return (await fetch(this.#url, options)).status;
    } catch {
      return 0;
    }
  }

  #leave() {
    if (this.#wanted !== null) this.#put(this.#wanted, true);
  }
}

/** Keeps an arrangement in this browser, for who is not signed in. */
export class Browser {
  #kept;

  /** @type {(text: string) => void} */
  onTrouble = () => {};

  /** @param {string} stream  its name */
  constructor(stream) {
    this.#kept = new Kept(() => localStorage, `tick-monitor-board-${stream}`);
  }

  /** @returns {import("./choice.js").Arrangement} what was kept; nothing where that can't be read */
  load() {
    return lists(this.#kept.read());
  }

  /** @param {import("./choice.js").Arrangement} value */
  save(value) {
    const isKept = this.#kept.write(value);
    this.onTrouble(isKept ? "" : _("Not saved: this browser keeps nothing for this site. It lasts as long as the page."));
  }
}

/** Keeps nothing: the arrangement is not the viewer's own. */
export class Nowhere {
  save() {}
}

/** One value in a storage of the browser. Asking for the storage may fail already, where the viewer forbids it. */
class Kept {
  #storage;
  #key;

  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
  }

  /** @returns {unknown} null where there is nothing, or nothing that can be read */
  read() {
    try {
      return JSON.parse(this.#storage().getItem(this.#key));
    } catch {
      return null;
    }
  }

  /** @returns {boolean} whether it is kept */
  write(value) {
    try {
      this.#storage().setItem(this.#key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  remove() {
    try {
      this.#storage().removeItem(this.#key);
    } catch {
      // Nothing was kept then.
    }
  }
}

/** @returns {import("./choice.js").Arrangement} whatever was kept: it may be another program's */
function lists(value) {
  return Object.fromEntries(["pinned", "hidden", "order"].map((name) => [name, texts(value?.[name])]));
}

function texts(value) {
  return Array.isArray(value) ? [...new Set(value.filter((one) => typeof one === "string"))] : [];
}
