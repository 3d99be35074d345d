import { Backoff } from "./backoff.js";
import { Chain } from "./chain.js";
import { ServerClock } from "./clock.js";
import { gunzip } from "./gunzip.js";

const PROTOCOL = "ticks.v1";
const FINAL = {
  4400: "the server does not understand this request",
  4401: "sign in to watch this stream",
  4403: "your account may not watch this stream",
  4404: "there is no such stream",
};
const CONNECT_LIMIT_S = 10;
const SILENT_HEARTBEATS = 2.5;
const CHECK_MS = 1000;

/**
 * @typedef {object} FeedOptions
 * @property {string} [url]  address of the WebSocket, relative or absolute; "/ws/stream" when absent
 * @property {string} stream  name of the stream
 * @property {number} [fromTs]  where to begin, UNIX seconds, or seconds before now when negative; absent: the newest tick
 * @property {(hello: object, resumed: boolean) => void} [onHello]  after each connection; resumed: nothing was skipped
 * @property {(ticks: object[], message: object) => void} [onTicks]  the ticks in order, each exactly once
 * @property {(gap: object) => void} [onGap]  which ticks are missing and why
 * @property {(heartbeat: object) => void} [onHeartbeat]
 * @property {(status: FeedStatus) => void} [onState]
 *
 * @typedef {object} FeedStatus
 * @property {"connecting" | "live" | "waiting" | "stopped"} state
 * @property {number} attempt  tries since the connection was last live; 0 while live
 * @property {number | null} nextTry  when the next try is due, milliseconds as of Date.now()
 * @property {number | null} code  close code of the last connection
 * @property {string} reason  why it is not live, for people
 */

/** Follows one stream over a WebSocket that heals itself; every tick after the cursor arrives once and in order. */
export class Feed {
  #options;
  #chain = new Chain();
  #clock = new ServerClock();
  #backoff = new Backoff();
  #socket = null;
  #work = Promise.resolve();
  #retry = 0;
  #watch = 0;
  #heardAt = 0;
  #liveAt = null;
  #heartbeatS = 15;
  #detail = "";
  #status = { state: "connecting", attempt: 0, nextTry: null, code: null, reason: "" };
  #events = new AbortController();

  /** @param {FeedOptions} options */
  constructor(options) {
    this.#options = options;
    this.#watch = setInterval(() => this.#check(), CHECK_MS);
    const listen = (target, name, then) => target.addEventListener(name, then, { signal: this.#events.signal });
    listen(document, "visibilitychange", () => document.hidden || this.retry());
    listen(window, "online", () => this.retry());
    listen(window, "pageshow", () => this.retry());
    listen(window, "pagehide", () => this.#drop(null, "the page was left"));
    // Not at once: the caller's callbacks may use what this constructor is about to return.
    this.#retry = setTimeout(() => this.#connect(), 0);
  }

  /** @returns {import("./chain.js").Cursor | null} the last tick received */
  get cursor() {
    return this.#chain.cursor;
  }

  /** @returns {FeedStatus} */
  get status() {
    return this.#status;
  }

  /** @returns {number} the server's UNIX time, in seconds */
  now() {
    return this.#clock.now();
  }

  /** Tries again at once when it waits, and makes sure that a connection believed live still is. */
  retry() {
    this.#check();
    if (this.#status.state === "waiting") this.#connect();
  }

  /** Ends for good. */
  close() {
    clearInterval(this.#watch);
    this.#events.abort();
    this.#release();
    this.#stop(null, "closed");
  }

  #connect() {
    clearTimeout(this.#retry);
    const { url = "/ws/stream", stream, fromTs } = this.#options;
    const socket = new WebSocket(address(url, stream, this.cursor, fromTs), PROTOCOL);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heardAt = Date.now();
    this.#detail = "";
    socket.onmessage = ({ data }) => {
      this.#heardAt = Date.now();
      this.#inOrder(socket, () => this.#receive(socket, data));
    };
    // Behind the frames that still unpack: what came before the close counts.
    socket.onclose = ({ code }) => this.#inOrder(socket, () => this.#closed(code));
    this.#tell({ state: "connecting", attempt: this.#status.attempt + 1, nextTry: null });
  }

  #inOrder(socket, job) {
    this.#work = this.#work.then(() => (socket === this.#socket ? job() : undefined)).catch(reportError);
  }

  async #receive(socket, data) {
    let message;
    try {
      message = JSON.parse(typeof data === "string" ? data : await gunzip(data));
    } catch {
      if (socket === this.#socket) this.#drop(null, "a message could not be read");
      return;
    }
    if (socket === this.#socket) this.#handle(message);
  }

  #handle(message) {
    const { onTicks, onGap, onHeartbeat } = this.#options;
    if (message.type === "hello") {
      this.#greet(message);
    } else if (message.type === "ticks") {
      if (this.#chain.ticks(message)) onTicks?.(message.ticks, message);
      else this.#drop(null, "a message was missing");
    } else if (message.type === "gap") {
      this.#chain.gap(message);
      onGap?.(message);
    } else if (message.type === "heartbeat") {
      this.#clock.sample(message.server_time);
      onHeartbeat?.(message);
    } else if (message.type === "error") {
      this.#detail = message.detail ?? "";
    }
  }

  #greet(hello) {
    this.#clock.reset();
    this.#clock.sample(hello.server_time);
    this.#heartbeatS = hello.heartbeat_s ?? this.#heartbeatS;
    this.#liveAt ??= Date.now();
    const resumed = this.#chain.hello(hello);
    this.#tell({ state: "live", attempt: 0, nextTry: null, reason: "" });
    this.#options.onHello?.(hello, resumed);
  }

  #closed(code) {
    const lost = this.#liveAt === null ? "the server did not answer" : "the connection was lost";
    this.#release();
    if (code in FINAL) this.#stop(code, this.#detail || FINAL[code]);
    else this.#wait(code, this.#detail || (code === 1012 ? "the server restarts" : lost));
  }

  #drop(code, reason) {
    if (this.#socket === null) return;
    this.#release();
    this.#wait(code, reason);
  }

  #release() {
    const socket = this.#socket;
    this.#socket = null;
    if (this.#liveAt !== null) this.#backoff.ended((Date.now() - this.#liveAt) / 1000);
    this.#liveAt = null;
    socket?.close();
  }

  #wait(code, reason) {
    const delayMs = this.#backoff.next() * 1000;
    this.#retry = setTimeout(() => this.#connect(), delayMs);
    this.#tell({ state: "waiting", nextTry: Date.now() + delayMs, code, reason });
  }

  #stop(code, reason) {
    clearTimeout(this.#retry);
    this.#tell({ state: "stopped", nextTry: null, code, reason });
  }

  /** Compares times rather than trusting a timer to fire: timers of a hidden tab come late. */
  #check() {
    if (this.#socket === null) return;
    const limitS = this.#status.state === "live" ? SILENT_HEARTBEATS * this.#heartbeatS : CONNECT_LIMIT_S;
    if (Date.now() - this.#heardAt > limitS * 1000) this.#drop(null, `nothing was heard for ${Math.round(limitS)} s`);
  }

  #tell(change) {
    this.#status = { ...this.#status, ...change };
    this.#options.onState?.(this.#status);
  }
}

/**
 * Follows a stream: `follow({stream: "main", fromTs: -300, onTicks: (ticks) => …})`.
 *
 * @param {FeedOptions} options
 * @returns {Feed}
 */
export function follow(options) {
  return new Feed(options);
}

function address(url, stream, cursor, fromTs) {
  const target = new URL(url, location.href);
  target.protocol = target.protocol.replace("http", "ws");
  target.searchParams.set("stream", stream);
  if (cursor !== null) {
    target.searchParams.set("from_t", String(cursor.t));
    target.searchParams.set("epoch", cursor.epoch);
  } else if (fromTs !== undefined) {
    target.searchParams.set("from_ts", String(fromTs));
  }
  return target.href;
}
