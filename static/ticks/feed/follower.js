import { Stopwatch } from "./clock.js";
import { SILENT_HEARTBEATS } from "./link.js";
import { AHEAD, OLD, fit } from "./recent.js";
import { TAKEN } from "./session.js";

const ANSWER_S = 1;
const MOST_UNANSWERED = 2;
const MOST_HELD = 5000;

/**
 * A tab that hears the stream from another one, the leader. Whatever it hears has to continue its own chain. What it lacks
 * it asks the leader for; what the leader has no more it fetches by its own connection, until that meets what the leader says.
 */
export class Follower {
  #session;
  #link;
  #take;
  #tell;
  #say;
  #seize;
  #heard = new Stopwatch();
  #heartbeatS = 15;
  #isJoined = false;
  #asked = null;
  #unanswered = 0;
  #held = null;
  #status = null;

  /**
   * @param {object} parts
   * @param {import("./session.js").Session} parts.session
   * @param {import("./link.js").Link} parts.link  this tab's own connection, open only while it fetches
   * @param {(message: object, text: string) => string} parts.take  gets what continues the chain; the session's verdict
   * @param {(status: object) => void} parts.tell  gets the leader's status
   * @param {(message: object) => void} parts.say  to the leader
   * @param {() => void} parts.seize  takes the lead of a leader that gives no answer
   */
  constructor({ session, link, take, tell, say, seize }) {
    this.#session = session;
    this.#link = link;
    this.#take = take;
    this.#tell = tell;
    this.#say = say;
    this.#seize = seize;
  }

  /** Follows from now on. */
  begin() {
    this.#isJoined = false;
    this.#unanswered = 0;
    this.#held = null;
    this.#heard.restart();
    this.#ask();
  }

  /** Follows no more; what it fetches it goes on fetching. */
  end() {
    this.#held = null;
    this.#asked = null;
  }

  /** @param {object} message  the leader's: `welcome`, `said` or `status` */
  hear(message) {
    this.#heard.restart();
    this.#unanswered = 0;
    if (message.kind === "welcome") this.#welcomed(message);
    else if (message.kind === "status") this.#hearStatus(message);
    else this.#hearSaid(message);
  }

  /** This tab's own connection has brought something: it may have met what the leader says. */
  meet() {
    if (this.#held === null || this.#session.cursor === null) return;
    while (this.#held.length > 0) {
      const { message, epoch } = this.#held[0];
      const fitted = fit(message, epoch, this.#session.cursor);
      if (fitted === AHEAD) return;
      if (fitted !== OLD) break;
      this.#held.shift();
    }
    const held = this.#held;
    this.#held = null;
    this.#link.close();
    this.#join();
    for (const { message, epoch, text } of held) if (!this.#follow(message, epoch, text)) return;
  }

  /** Compares times: the leader may have crashed, hang, or sleep. */
  check() {
    if (this.#held !== null) return;
    if (this.#asked === null) {
      if (!this.#isJoined || this.#heard.seconds > SILENT_HEARTBEATS * this.#heartbeatS) this.#ask();
    } else if (this.#asked.seconds > ANSWER_S * (1 + Math.random())) {
      this.#unanswered += 1;
      if (this.#unanswered < MOST_UNANSWERED) this.#ask();
      else this.#seize();
    }
  }

  #ask() {
    this.#asked = new Stopwatch();
    this.#say({ kind: "ask", cursor: this.#session.cursor, hasStart: this.#session.hasStart });
  }

  #hearStatus({ to, status }) {
    this.#status = status;
    // As an answer: the leader has nothing yet to welcome this tab with.
    if (to !== undefined) this.#asked = null;
    if (this.#held === null && (this.#isJoined || status.state !== "live")) this.#tell(status);
  }

  #hearSaid({ epoch, text }) {
    const message = JSON.parse(text);
    if (this.#held !== null) this.#hold(message, epoch, text);
    else if (this.#asked !== null) return; // It is in the answer.
    else if (!this.#isJoined) this.#ask();
    else if (!this.#follow(message, epoch, text)) this.#ask();
  }

  #welcomed({ status, hello, here, heartbeatS, messages }) {
    if (this.#held !== null) return;
    this.#asked = null;
    this.#status = status;
    this.#heartbeatS = heartbeatS;
    if (messages === null) {
      this.#fetch(here);
      return;
    }
    const isNew = !this.#isJoined;
    this.#join();
    if (isNew) this.#take(hello, "");
    const isWhole = messages.every(({ epoch, text }) => this.#follow(JSON.parse(text), epoch, text));
    if (!isWhole) this.#fetch(here);
  }

  #join() {
    this.#isJoined = true;
    this.#tell(this.#status);
  }

  /** @returns {boolean} false when something before the message is missing */
  #follow(message, epoch, text) {
    if (message.type !== "ticks" && message.type !== "gap") return this.#take(message, text) === TAKEN;
    if (this.#session.cursor === null) return false;
    const fitted = fit(message, epoch, this.#session.cursor);
    if (fitted === OLD) return true;
    if (fitted === AHEAD) return false;
    return this.#take(fitted, fitted === message ? text : JSON.stringify(fitted)) === TAKEN;
  }

  #fetch(here) {
    const place = { type: "ticks", prev_t: here.t, last_t: here.t, ticks: [] };
    this.#held = [{ message: place, epoch: here.epoch, text: "" }];
    this.#link.open();
  }

  #hold(message, epoch, text) {
    if (message.type !== "ticks" && message.type !== "gap") return;
    this.#held.push({ message, epoch, text });
    if (this.#held.length > MOST_HELD) this.#held.shift();
    this.meet();
  }
}
