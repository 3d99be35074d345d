import { follow } from "../feed.js";
import { Telling } from "./telling.js";

/** The server makes longer rests in the data this short, seconds. */
const MOST_REST_S = 5;
/** The server hears 20 messages a second at most. */
const REST_MS = 200;
/** What is read "up to a tick" is read up to just behind it; times have microseconds. */
const JUST_S = 1e-6;
/** What is due comes within this time. */
const UNDERWAY_S = 0.5;

/**
 * A stretch of the past again, as if it were live: it plays at a multiple of the pace at which it was made, or stands at
 * a moment.
 */
export class Replay {
  #options;
  #history;
  #onJoined;
  #onState;
  #telling;
  #feed = null;
  /** Behind which tick it goes on; null: with the first tick at the time where it stands. */
  #place = null;
  #at = 0;
  #from = 0;
  #heardAt = null;
  #speed = 1;
  #isPlaying = false;
  #timer = 0;
  #saidAt = -Infinity;
  /** It has moved, and the server has not heard of it: what comes is of the place before. */
  #isAstray = false;
  #turn = 0;

  isStored = true;

  /**
   * @param {object} options
   * @param {string} options.url  of the WebSocket
   * @param {string} options.stream
   * @param {import("./history.js").History} options.history
   * @param {import("./gaps.js").Gaps} options.gaps  gets what is missing
   * @param {() => void} options.onJoined  it has caught up with what is live
   * @param {() => void} options.onState  the connection, or what it does, has changed
   */
  constructor({ history, gaps, onJoined, onState, ...options }) {
    this.#options = options;
    this.#onState = onState;
    this.#history = history;
    this.#onJoined = onJoined;
    this.#telling = new Telling((gap) => gaps.add(gap));
  }

  get last() {
    return this.#telling.last;
  }

  get cursor() {
    return this.#place;
  }

  get patience() {
    // Fast, a tick's time is past before it can be here.
    return Math.max(this.#telling.cadence.patience, this.#speed * UNDERWAY_S);
  }

  /** The `t` of the ticks that were played, in order, the last 20,000. @type {number[]} */
  get seen() {
    return this.#telling.seen;
  }

  /** @returns {boolean} */
  get isPlaying() {
    return this.#isPlaying;
  }

  /** @returns {number} how many times as fast as it was made */
  get speed() {
    return this.#speed;
  }

  /** @returns {import("../feed.js").FeedStatus | null} null: it rests */
  get status() {
    return this.#feed?.status ?? null;
  }

  /** @param {import("./telling.js").Listener} listener @returns {() => void} listens no more */
  listen(listener) {
    return this.#telling.listen(listener);
  }

  /** @returns {number} the moment where it stands, UNIX seconds: all ticks made before it are in sight */
  edge() {
    if (this.#heardAt === null) return this.#at;
    const passed = ((performance.now() - this.#heardAt) / 1000) * this.#speed;
    const from = this.last?.ts ?? this.#from;
    this.#at = Math.max(this.#at, from + Math.min(passed, MOST_REST_S));
    return this.#at;
  }

  /** @returns {number} all ticks made before it were told, or are to be read; none after it was told, UNIX seconds */
  reached() {
    return this.last === null ? this.#from : this.last.ts + JUST_S;
  }

  /** @returns {number} */
  now() {
    return this.edge();
  }

  /** Goes to a moment, and plays on from there if it was playing. @param {number} ts  UNIX seconds */
  seek(ts) {
    this.#move(ts, null);
    if (this.#isPlaying) this.#soon();
  }

  /** Of what is played later. @param {number} speed */
  set speed(speed) {
    this.#speed = speed;
  }

  /** @param {number} [speed]  0.5 to 60; absent: as before */
  play(speed = this.#speed) {
    this.#stop();
    this.#speed = speed;
    this.#isPlaying = true;
    this.#soon();
  }

  pause() {
    this.#stop();
    this.#isPlaying = false;
    this.#hangUp();
  }

  /**
   * To the next tick, or back before the last one. It then stands.
   *
   * @param {1 | -1} by
   * @returns {Promise<boolean>} whether there was one
   * @throws {import("./history.js").HistoryError}
   */
  async step(by) {
    this.pause();
    const turn = this.#turn;
    const found = await this.#history.neighbour(this.#place, this.#from, by);
    if (turn !== this.#turn || found === null) return false;
    this.#move(found.ts + JUST_S, { epoch: found.epoch, t: found.t });
    return true;
  }

  close() {
    this.pause();
    this.#turn += 1;
  }

  #move(ts, place) {
    this.#turn += 1;
    this.#isAstray = true;
    this.#heardAt = null;
    this.#at = this.#from = ts;
    this.#place = place;
    this.#telling.restart();
    this.#telling.tell("moved");
  }

  /** Where it is by now is where it stands. */
  #stop() {
    clearTimeout(this.#timer);
    this.edge();
    this.#heardAt = null;
  }

  /** Many moves in a row are one. */
  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), Math.max(0, this.#saidAt + REST_MS - performance.now()));
  }

  #say() {
    this.#isAstray = false;
    this.#saidAt = performance.now();
    // Not from where it is seen to be by now: what is on its way comes again, and had been made before.
    const place = this.#place === null ? { fromTs: this.#from } : { fromT: this.#place.t, epoch: this.#place.epoch };
    this.#feed ??= this.#call();
    this.#feed.replay({ ...place, speed: this.#speed });
  }

  #call() {
    // A feed that was closed may still have something on its way.
    const own = (then) => (...facts) => feed === this.#feed && then(...facts);
    const callbacks = {
      onHello: own(({ mode }) => this.#greeted(mode)),
      onTicks: own((ticks, { prev_t: prevT }) => this.#took(ticks, prevT)),
      onGap: own(({ reason }) => this.#telling.breakOff(reason)),
      onState: own(this.#onState),
      onError: own(this.#onState),
    };
    const feed = follow({ ...this.#options, share: false, hiddenAfterS: Infinity, ...callbacks });
    return feed;
  }

  #hangUp() {
    this.#feed?.close();
    this.#feed = null;
  }

  #greeted(mode) {
    if (this.#isAstray) return;
    this.#heardAt ??= performance.now();
    if (mode === "live" && this.#isPlaying) this.#onJoined();
  }

  #took(ticks, prevT) {
    if (!this.#isPlaying || this.#isAstray) return;
    this.#place = this.#feed.cursor;
    this.#telling.took(ticks, this.#place.epoch, prevT);
    this.#heardAt = performance.now();
  }
}
