import { judge } from "./health.js";
import { Latency } from "./latency.js";
import { ConnectionLog } from "./log.js";

const STALE_INTERVALS = 5;
const LEAST_STALE_S = 5;
const OFFLINE_S = 2;

/** How fresh the page is: it hears all that the connection says, keeps a log of it, measures, and judges. */
export class Freshness {
  #live = null;
  #downSince = Date.now();
  #producer = null;

  /** @type {Latency} */
  latency = new Latency();
  /** @type {ConnectionLog} */
  log;
  /** What the live connection is to tell. @type {import("../feed.js").Callbacks} */
  callbacks = {
    onHello: (hello, resumed) => {
      this.latency.hello(hello);
      this.log.hello(hello, resumed);
    },
    onTicks: (ticks, message) => {
      this.#producer = null;
      this.latency.took(ticks, message, this.#live.now());
      this.log.ticks(ticks, message);
    },
    onGap: (gap) => {
      this.latency.gap(gap);
      this.log.gap(gap);
    },
    onHeartbeat: ({ producer }) => (this.#producer = producer),
    onState: (status) => {
      if (status.state === "live" || status.state === "hidden") this.#downSince = null;
      else this.#downSince ??= Date.now();
      this.log.state(status);
    },
  };

  /** @param {string} stream  its name */
  constructor(stream) {
    this.log = new ConnectionLog(stream, { now: () => this.#live?.now() ?? Date.now() / 1000 });
  }

  /** @param {import("../data/live.js").Live} live  which tells this */
  watch(live) {
    this.#live = live;
  }

  /** @returns {number} how long there has been no connection, seconds */
  get downS() {
    return this.#downSince === null ? 0 : (Date.now() - this.#downSince) / 1000;
  }

  /** @returns {string} why nothing has come of late, see data/gaps.js */
  get quiet() {
    return this.downS > OFFLINE_S ? "offline" : "silent";
  }

  /** @param {"paused" | "past" | null} held @returns {keyof typeof import("./health.js").STATES} */
  state(held) {
    const live = this.#live;
    return judge({
      link: live.status.state,
      downS: this.downS,
      greeted: live.greeted,
      hasTick: live.last !== null,
      quietS: live.now() - live.aliveAt,
      intervalS: live.cadence.interval,
      producer: this.#producer,
      held,
    });
  }

  /**
   * Something that some ticks have is missed longer than the stream's ticks themselves would be.
   *
   * @param {number} ts  when it was seen last, UNIX seconds
   * @param {number} [intervalS]  how often it is there; NaN or absent: as often as ticks are
   * @returns {boolean}
   */
  isStale(ts, intervalS) {
    const usual = Math.max(this.#live.cadence.interval || 1, intervalS || 0);
    const limit = Math.max(LEAST_STALE_S, STALE_INTERVALS * usual);
    const ageS = this.#live.edge() - ts;
    return this.downS > OFFLINE_S || (Number.isFinite(ageS) && ageS > limit);
  }
}
