import { Acks } from "./acks.js";
import { Backoff } from "./backoff.js";
import { Stopwatch } from "./clock.js";
import { Connection } from "./connection.js";
import { _ } from "./marked.js";
import { MISSING } from "./session.js";

const SIGN_IN = 4401;
const TOO_MANY = 4429;
const SILENT = _("nothing was heard for {seconds} s");
const FINAL = {
  4400: _("the server does not understand this request"),
  4401: _("sign in to watch this stream"),
  4403: _("your account may not watch this stream"),
  4404: _("there is no such stream"),
};
const CONNECT_LIMIT_S = 10;
const QUICK_PINGS = 5;
const QUICK_MS = 150;

/** How many heartbeats may be missing before a silent peer is given up. */
export const SILENT_HEARTBEATS = 2.5;

/** A connection that heals itself: it comes back by cursor, watches for silence, acknowledges, measures the clock. */
export class Link {
  #url;
  #session;
  #clock;
  #take;
  #tell;
  #backoff = new Backoff();
  #acks = new Acks((cursor) => this.#connection?.say({ type: "ack", ...cursor }));
  #connection = null;
  #isOpen = false;
  #retry = 0;
  #pinging = 0;
  #pings = 0;
  #heard = new Stopwatch();
  #lived = null;
  #mayAskAgain = false;
  #detail = "";
  #attempt = 0;
  #state = "connecting";

  /** Seconds between heartbeats, as the server said. */
  heartbeatS = 15;

  /**
   * @param {object} options
   * @param {string} options.url  absolute, without what the session adds
   * @param {import("./session.js").Session} options.session
   * @param {import("./clock.js").ServerClock} options.clock
   * @param {(message: object, text: string) => string} options.take  gets every message; the session's verdict
   * @param {(change: object) => void} options.tell  gets what changes of the status
   */
  constructor({ url, session, clock, take, tell }) {
    this.#url = url;
    this.#session = session;
    this.#clock = clock;
    this.#take = take;
    this.#tell = tell;
  }

  /** @returns {boolean} whether it is there or tries to be */
  get isOpen() {
    return this.#isOpen;
  }

  /** Connects, and comes back whenever it is cut off. */
  open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#attempt = 0;
    this.#connect();
  }

  /** Ends, until it is opened again. */
  close() {
    this.#isOpen = false;
    this.#release();
  }

  /** Tries again at once when it waits. */
  retry() {
    if (this.#isOpen && this.#connection === null) this.#connect();
  }

  /** Says something, if not now, then by the way it connects. @param {object[]} messages */
  say(messages) {
    if (this.#connection === null) return;
    // Before its first hello a connection is to answer its query: who wants something else by then asks with another one.
    if (this.#lived === null) this.#connect();
    else messages.forEach((message) => this.#connection.say(message));
  }

  /** Compares times rather than trusting a timer to fire: timers of a hidden tab come late. */
  check() {
    if (this.#connection === null) return;
    const limitS = this.#state === "live" ? SILENT_HEARTBEATS * this.heartbeatS : CONNECT_LIMIT_S;
    if (this.#heard.seconds > limitS) this.#drop(SILENT.replace("{seconds}", Math.round(limitS)));
  }

  #connect() {
    this.#release();
    const { query, first } = this.#session.begin();
    this.#heard.restart();
    this.#detail = "";
    this.#attempt += 1;
    this.#connection = new Connection(address(this.#url, query), first, {
      arrived: () => this.#heard.restart(),
      heard: (...heard) => this.#hear(...heard),
      garbled: () => this.#drop(_("a message could not be read")),
      closed: (code) => this.#closed(code),
    });
    this.#enter("connecting", { nextTry: null });
  }

  #hear(message, text, bytes) {
    const connection = this.#connection;
    if (message.type === "hello") this.#greet(message);
    else if (message.type === "heartbeat") this.#beat(message);
    else if (message.type === "pong") this.#pong(message);
    else if (message.type === "error") this.#detail = message.detail ?? "";
    const verdict = this.#take(message, text);
    if (connection !== this.#connection) return;
    if (verdict === MISSING) this.#drop(message.type === "error" ? this.#detail : _("a message was missing"));
    else if (message.type === "ticks" && this.#session.cursor) this.#acks.took(bytes, this.#session.cursor);
  }

  #greet(hello) {
    this.heartbeatS = hello.heartbeat_s ?? this.heartbeatS;
    if (this.#lived === null) {
      this.#lived = new Stopwatch();
      this.#clock.reset();
      this.#pings = 0;
      this.#ping();
    }
    this.#mayAskAgain = true;
    this.#attempt = 0;
    this.#clock.stamp(hello.server_time);
    this.#enter("live", { nextTry: null, reason: "" });
  }

  #beat({ server_time: serverTime }) {
    this.#clock.stamp(serverTime);
    this.#ping();
  }

  #ping() {
    this.#connection.say({ type: "ping", t0: this.#clock.t0() });
  }

  #pong(pong) {
    this.#clock.pong(pong);
    this.#pings += 1;
    clearTimeout(this.#pinging);
    if (this.#pings < QUICK_PINGS) this.#pinging = setTimeout(() => this.#ping(), QUICK_MS);
  }

  #closed(code) {
    const lost = this.#lived === null ? _("the server did not answer") : _("the connection was lost");
    this.#release();
    if (code === SIGN_IN && this.#mayAskAgain) {
      // The session's key may have changed under a connection that was well: the browser has the new one.
      this.#mayAskAgain = false;
      this.#connect();
    } else if (code in FINAL) {
      this.#isOpen = false;
      this.#enter("stopped", { nextTry: null, code, reason: this.#detail || FINAL[code] });
    } else {
      this.#wait(code, this.#detail || (code === 1012 ? _("the server restarts") : lost));
    }
  }

  #drop(reason) {
    this.#release();
    this.#wait(null, reason);
  }

  #release() {
    clearTimeout(this.#retry);
    clearTimeout(this.#pinging);
    this.#acks.stop();
    this.#connection?.close();
    this.#connection = null;
    if (this.#lived !== null) this.#backoff.ended(this.#lived.seconds);
    this.#lived = null;
  }

  #wait(code, reason) {
    const delayS = code === TOO_MANY ? this.#backoff.nextPatient() : this.#backoff.next();
    this.#retry = setTimeout(() => this.#connect(), delayS * 1000);
    this.#enter("waiting", { nextTry: Date.now() + delayS * 1000, code, reason });
  }

  #enter(state, change) {
    this.#state = state;
    this.#tell({ state, attempt: this.#attempt, ...change });
  }
}

function address(url, query) {
  const target = new URL(url);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  return target.href;
}
