import { ServerClock, Stopwatch } from "./feed/clock.js";
import { Group } from "./feed/group.js";
import { Link } from "./feed/link.js";
import { _ } from "./feed/marked.js";
import { Session, TAKEN } from "./feed/session.js";
import { Shared } from "./feed/share.js";

const CHECK_MS = 1000;
const HIDDEN_AFTER_S = 300;
const LIVE = { attempt: 0, nextTry: null, reason: "" };

/**
 * Where to begin; absent: at the newest tick.
 *
 * @typedef {object} Place
 * @property {number} [fromT]  behind this `t`; -1: with the oldest tick that is kept
 * @property {string} [epoch]  the epoch in which `fromT` counts; absent: the present one
 * @property {number} [fromTs]  with the first tick made at this time, UNIX seconds, or seconds before now when negative
 *
 * @typedef {object} Selection
 * @property {string[] | string} [fields]  dotted paths, as a list or with commas; absent: all fields
 * @property {number} [downsample]  about one tick in so many; absent: every tick
 *
 * @typedef {object} Callbacks
 * @property {(hello: object, resumed: boolean) => void} [onHello]  after each connection; resumed: nothing was skipped
 * @property {(ticks: object[], message: object) => void} [onTicks]  the ticks in order, each exactly once
 * @property {(gap: object) => void} [onGap]  which ticks are missing and why
 * @property {(heartbeat: object) => void} [onHeartbeat]  the server lives, and what it knows of the source
 * @property {(error: object) => void} [onError]  the server refuses what was asked of it: `code`, `detail`
 * @property {(status: FeedStatus) => void} [onState]  what `status` is, whenever it changes
 *
 * @typedef {object} Manner
 * @property {string} stream  name of the stream
 * @property {string} [url]  of the WebSocket, as seen from the page; absent: `/ws/stream` of the site that this module is from
 * @property {boolean} [share]  false: a connection for this tab alone
 * @property {number} [hiddenAfterS]  how long a hidden tab goes on, seconds; 0 or Infinity: for ever; absent: 300
 *
 * @typedef {Manner & Selection & Place & Callbacks} FeedOptions
 *
 * @typedef {object} FeedStatus
 * @property {"connecting" | "live" | "waiting" | "hidden" | "stopped"} state
 * @property {"alone" | "leader" | "follower"} role  whose connection it is: its own, its own for others too, another tab's
 * @property {number} attempt  tries since the connection was last live; 0 while live
 * @property {number | null} nextTry  when the next try is due, milliseconds as of Date.now()
 * @property {number | null} code  close code of the last connection
 * @property {string} reason  why it is not live, for people
 */

/** Follows one stream over a WebSocket that heals itself; every tick after the cursor arrives once and in order. */
export class Feed {
  #callbacks;
  #hiddenAfterS;
  #session;
  #clock = new ServerClock();
  #link;
  #shared = null;
  #hidden = new Stopwatch();
  #watch;
  #start;
  #status = { state: "connecting", role: "alone", attempt: 0, nextTry: null, code: null, reason: "" };
  #events = new AbortController();

  /** @param {FeedOptions} options */
  constructor({ url, share = true, hiddenAfterS = HIDDEN_AFTER_S, ...options }) {
    this.#callbacks = options;
    this.#hiddenAfterS = hiddenAfterS || Infinity;
    this.#session = new Session(options);
    const parts = { session: this.#session, clock: this.#clock, take: (...taken) => this.#take(...taken) };
    const target = socketUrl(url);
    this.#link = new Link({ ...parts, url: target, tell: (change) => this.#linked(change) });
    if (share && Group.isPossible) {
      const tell = (change) => this.#tell(change);
      this.#shared = new Shared(nameOf(target, this.#session.what), { ...parts, link: this.#link, tell });
    }
    this.#listen();
    this.#watch = setInterval(() => this.#check(), CHECK_MS);
    // Not at once: the caller's callbacks may use what this constructor is about to return.
    this.#start = setTimeout(() => this.#begin(), 0);
  }

  /** @returns {import("./feed/chain.js").Cursor | null} the last tick received */
  get cursor() {
    return this.#session.cursor;
  }

  /** @returns {FeedStatus} */
  get status() {
    return this.#status;
  }

  /** @returns {number | null} the last round trip to the server, milliseconds; null as long as none was made */
  get roundTripMs() {
    return this.#clock.roundTripMs;
  }

  /** @returns {number} the server's UNIX time, in seconds, however wrong the viewer's clock is */
  now() {
    return this.#clock.now();
  }

  /** Asks for another selection, or another place; what is absent is everything, and where it is. Ends a pause. @param {Selection & Place} [wanted] */
  subscribe(wanted = {}) {
    this.#say(this.#session.subscribe(wanted));
  }

  /** Receives no more ticks, apart from those that are on their way, until `resume`, also over a lost connection. */
  pause() {
    this.#say(this.#session.pause());
  }

  /** Goes on where `pause` stopped it: first with all that came meanwhile. */
  resume() {
    this.#say(this.#session.resume());
  }

  /** The past again at `speed` (0.1 to 1000, absent: 1); absent a place: from the cursor. Then live. @param {Place & {speed?: number}} [wanted] */
  replay(wanted = {}) {
    this.#say(this.#session.replay(wanted));
  }

  /** Tries again at once when it waits, and makes sure that a connection believed live still is. */
  retry() {
    if (this.#status.state === "stopped") return;
    this.#check();
    this.#link.retry();
    this.#shared?.retry();
  }

  /** Ends for good. */
  close() {
    this.#end();
    this.#tell({ state: "stopped", nextTry: null, code: null, reason: _("closed") });
  }

  #listen() {
    const listen = (target, name, then) => target.addEventListener(name, then, { signal: this.#events.signal });
    const wake = () => this.#wake();
    listen(document, "visibilitychange", () => (document.hidden ? this.#hidden.restart() : wake()));
    listen(window, "online", () => this.retry());
    listen(window, "pageshow", wake);
    listen(document, "resume", wake);
    listen(window, "pagehide", () => this.#rest(_("the page was left")));
    listen(document, "freeze", () => this.#rest(_("the browser froze the page")));
  }

  #begin() {
    if (this.#shared === null) this.#link.open();
    else this.#shared.join();
  }

  #rest(reason) {
    if (this.#status.state === "hidden" || this.#status.state === "stopped") return;
    clearTimeout(this.#start);
    this.#leave();
    this.#tell({ state: "hidden", attempt: 0, nextTry: null, reason });
  }

  #wake() {
    this.#hidden.restart();
    if (this.#status.state !== "hidden") {
      this.retry();
    } else {
      this.#tell({ state: "connecting", reason: "" });
      this.#begin();
    }
  }

  /** The others can't follow where this tab goes: from now on it has a connection of its own. */
  #say(messages) {
    if (this.#shared === null) {
      this.#link.say(messages);
      return;
    }
    this.#leave();
    this.#shared = null;
    if (this.#status.state !== "hidden" && this.#status.state !== "stopped") this.#link.open();
  }

  #leave() {
    this.#shared?.leave();
    this.#link.close();
  }

  #end() {
    clearTimeout(this.#start);
    clearInterval(this.#watch);
    this.#events.abort();
    this.#leave();
  }

  #check() {
    if (document.hidden && this.#hidden.seconds >= this.#hiddenAfterS) this.#rest(_("the tab is hidden"));
    this.#link.check();
    this.#shared?.check();
  }

  #linked(change) {
    this.#tell(change);
    if (change.state === "stopped") this.#end();
    this.#shared?.status(change);
  }

  /** Whether from the own connection or from another tab. */
  #take(message, text) {
    const before = this.cursor;
    const verdict = this.#session.take(message);
    if (verdict !== TAKEN) {
      // Refused on the way to another place: the page is told, before the connection is made anew where it was.
      if (message.type === "error") safely(() => this.#call(message));
      return verdict;
    }
    // First the other tabs: what the page does with it may take long.
    this.#shared?.took(message, text, before);
    safely(() => this.#call(message));
    this.#shared?.processed();
    return verdict;
  }

  #call(message) {
    const { onHello, onTicks, onGap, onHeartbeat, onError } = this.#callbacks;
    if (message.type === "hello") onHello?.(message, this.#session.resumed);
    else if (message.type === "ticks") onTicks?.(message.ticks, message);
    else if (message.type === "gap") onGap?.(message);
    else if (message.type === "heartbeat") onHeartbeat?.(message);
    else if (message.type === "error" && message.code === "bad_message") onError?.(message);
  }

  #tell(change) {
    const calm = change.state === "live" ? LIVE : {};
    this.#status = { ...this.#status, ...change, ...calm, role: this.#shared?.role ?? "alone" };
    safely(() => this.#callbacks.onState?.(this.#status));
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

/** An error of the page's own is the page's; the feed goes on. */
function safely(callback) {
  try {
    callback();
  } catch (error) {
    reportError(error);
  }
}

function socketUrl(url) {
  const target = url === undefined ? new URL("/ws/stream", import.meta.url) : new URL(url, location.href);
  target.protocol = target.protocol.replace("http", "ws");
  return target.href;
}

/** The tabs of one browser have the same cookies: where address and query are the same, so are their rights. */
function nameOf(url, what) {
  return `${url} ${new URLSearchParams(what)}`;
}
