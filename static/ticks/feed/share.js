import { Follower } from "./follower.js";
import { Group } from "./group.js";
import { Recent } from "./recent.js";

const RELAYED = new Set(["hello", "ticks", "gap", "heartbeat"]);

/**
 * One connection for all tabs of a browser that follow the same: the leader's. It says on what it hears, as the JSON that
 * came: to copy a text and to parse it costs both sides less than to copy an object, or to unpack the frame once more.
 */
export class Shared {
  #session;
  #clock;
  #link;
  #tell;
  #group;
  #follower;
  #recent = new Recent();
  #hello = null;
  #own = null;

  /**
   * @param {string} name  of what is followed
   * @param {object} parts
   * @param {import("./session.js").Session} parts.session
   * @param {import("./clock.js").ServerClock} parts.clock
   * @param {import("./link.js").Link} parts.link  this tab's own connection
   * @param {(message: object, text: string) => string} parts.take  gets what other tabs received
   * @param {(change: object) => void} parts.tell  gets what changes of the status
   */
  constructor(name, { session, clock, link, take, tell }) {
    this.#session = session;
    this.#clock = clock;
    this.#link = link;
    this.#tell = tell;
    this.#group = new Group(name, {
      hear: (message) => this.#hear(message),
      lead: () => this.#lead(),
      deposed: () => this.#deposed(),
    });
    this.#follower = new Follower({
      session,
      link,
      take,
      tell,
      say: (message) => this.#group.say(message),
      seize: () => this.#group.seize(),
    });
  }

  /** @returns {"leader" | "follower"} */
  get role() {
    return this.#group.leads ? "leader" : "follower";
  }

  join() {
    if (this.#group.isIn) return;
    this.#group.join();
    this.#follower.begin();
  }

  leave() {
    this.#group.leave();
    this.#follower.end();
  }

  /** Something continued this tab's chain. @param {object} message @param {string} text @param {object | null} before  the cursor then */
  took(message, text, before) {
    const { cursor } = this.#session;
    if (message.type === "hello") this.#hello = message;
    if ((message.type === "ticks" || message.type === "gap") && before !== null) this.#recent.add(before, cursor, text);
    if (this.#group.leads && RELAYED.has(message.type)) this.#say({ kind: "said", epoch: before?.epoch, text });
  }

  /** The page has had it too. */
  processed() {
    this.#follower.meet();
  }

  /** @param {object} status  of this tab's own connection */
  status(status) {
    this.#own = status;
    if (this.#group.leads) this.#say({ kind: "status", status });
  }

  retry() {
    this.check();
    if (!this.#group.leads) this.#group.say({ kind: "retry" });
  }

  check() {
    if (this.#group.isIn && !this.#group.leads) this.#follower.check();
  }

  #lead() {
    this.#follower.end();
    this.#tell({});
    if (this.#link.isOpen) this.status(this.#own);
    else this.#link.open();
  }

  #deposed() {
    this.#link.close();
    this.#follower.begin();
  }

  #say(message) {
    this.#group.say({ ...message, now: this.#clock.now(), roundTripMs: this.#clock.roundTripMs });
  }

  #hear(message) {
    if (this.#group.leads) {
      if (message.kind === "ask") this.#welcome(message);
      else if (message.kind === "retry") this.#link.retry();
    } else if (message.kind !== "ask" && message.kind !== "retry") {
      // While this tab has a connection of its own, it asks the server itself.
      if (!this.#link.isOpen) this.#clock.relayed(message.now, message.roundTripMs);
      this.#follower.hear(message);
    }
  }

  #welcome({ from, cursor, hasStart }) {
    const answer = { to: from, status: this.#own };
    if (this.#hello === null) this.#say({ kind: "status", ...answer });
    else this.#say({ kind: "welcome", ...answer, ...this.#lacking(cursor, hasStart) });
  }

  /** What a tab is greeted with, and the messages that it lacks; null, where those are not at hand. */
  #lacking(cursor, hasStart) {
    const here = this.#session.cursor;
    const newest = this.#recent.newest();
    const latest = newest?.tick ?? this.#hello.latest;
    const hello = { ...this.#hello, cursor: here, newest_t: here?.t ?? null, latest, server_time: this.#clock.now() };
    const answer = { hello, here, heartbeatS: this.#link.heartbeatS, messages: [] };
    if (here === null) return answer;
    if (cursor !== null) return { ...answer, messages: this.#recent.since(cursor) };
    if (hasStart) return { ...answer, messages: null };
    if (newest === null) return answer;
    return { ...answer, hello: { ...hello, cursor: newest.before }, messages: this.#recent.since(newest.before) };
  }
}
