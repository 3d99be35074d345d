const REST_MS = 500;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60000;
const WHY = {
  401: "you are no longer signed in",
  403: "you are no longer signed in, or may no longer see this stream",
  404: "this stream is gone",
};

/** Keeps an arrangement with the user's account: half a second after the last change, and again until it succeeds. */
export class Account {
  #url;
  #wanted = null;
  #isSending = false;
  #timer = 0;
  #retryMs = FIRST_RETRY_MS;

  /** @type {(text: string) => void} */
  onTrouble = () => {};

  /** @param {string} url  the API's `board` of the stream */
  constructor(url) {
    this.#url = url;
    addEventListener("pagehide", () => this.#leave());
  }

  /** @param {import("./choice.js").Arrangement} value */
  save(value) {
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
    const fault = await this.#put(sent);
    this.#isSending = false;
    if (fault === "") this.#kept(sent);
    else this.#failed(fault);
  }

  #kept(sent) {
    this.#retryMs = FIRST_RETRY_MS;
    this.onTrouble("");
    if (this.#wanted === sent) this.#wanted = null;
    else this.#after(REST_MS);
  }

  #failed(fault) {
    this.onTrouble(`Not saved: ${fault}. Next try in ${this.#retryMs / 1000} s.`);
    this.#after(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  /** @returns {Promise<string>} why it failed; empty: it did not */
  async #put(value, keepalive = false) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    try {
      const options = { method: "PUT", credentials: "same-origin", headers, body: JSON.stringify(value), keepalive };
      const { ok, status } = await fetch(this.#url, options);
      return ok ? "" : (WHY[status] ?? `the server answered ${status}`);
    } catch {
      return "the server can't be reached";
    }
  }

  #leave() {
    if (this.#wanted !== null) this.#put(this.#wanted, true);
  }
}

/** Keeps an arrangement in this browser, for who is not signed in. */
export class Browser {
  #key;

  /** @type {(text: string) => void} */
  onTrouble = () => {};

  /** @param {string} stream  its name */
  constructor(stream) {
    this.#key = `tick-monitor-board-${stream}`;
  }

  /** @returns {import("./choice.js").Arrangement} what was kept; nothing where that can't be read */
  load() {
    const lists = (value) => Object.fromEntries(["pinned", "hidden", "order"].map((name) => [name, texts(value?.[name])]));
    try {
      return lists(JSON.parse(localStorage.getItem(this.#key)));
    } catch {
      return lists(null);
    }
  }

  /** @param {import("./choice.js").Arrangement} value */
  save(value) {
    try {
      localStorage.setItem(this.#key, JSON.stringify(value));
      this.onTrouble("");
    } catch {
      this.onTrouble("Not saved: this browser keeps nothing for this site. It lasts as long as the page.");
    }
  }
}

function texts(value) {
  return Array.isArray(value) ? [...new Set(value.filter((one) => typeof one === "string"))] : [];
}

function csrfToken() {
  return decodeURIComponent(/(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "");
}
