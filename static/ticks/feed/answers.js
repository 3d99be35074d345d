/** What a hello means: this reader's way goes on, it is where it asked to be, or another answer is still to come. */
export const HERE = "here";
export const ARRIVED = "arrived";
export const UNDERWAY = "underway";

/**
 * Tells which hello answers what on one connection: each message that moves or selects has one, in their order, and the
 * end of a replay has one that nobody asked for.
 */
export class Answers {
  /** @type {{mode: "live" | "replay", isMove: boolean}[]} */
  #due = [];
  #isReplaying = false;
  /** The last hello was taken for an answer, and may have been the end of a replay. */
  #isDoubtful = false;

  /** @returns {boolean} whether a place was asked for that no hello has confirmed */
  get isMoving() {
    return this.#due.some(({ isMove }) => isMove);
  }

  /**
   * Something was said that is answered by a hello.
   *
   * @param {"live" | "replay"} mode  of that hello
   * @param {boolean} isMove  whether it asks for a place
   */
  expect(mode, isMove) {
    this.#due.push({ mode, isMove });
  }

  /** @param {{mode?: string}} hello @returns {HERE | ARRIVED | UNDERWAY} */
  hello({ mode }) {
    const [wasReplaying, wasDoubtful] = [this.#isReplaying, this.#isDoubtful];
    this.#isReplaying = mode === "replay";
    const mayEnd = wasReplaying && !this.#isReplaying;
    const answered = mayEnd && this.#due[0]?.mode !== "live" ? undefined : this.#due.shift();
    this.#isDoubtful = mayEnd && answered?.isMove === true;
    if (this.isMoving) return UNDERWAY;
    const isLate = wasDoubtful && answered === undefined && !mayEnd;
    return answered?.isMove || isLate ? ARRIVED : HERE;
  }

  /** The oldest of what was said has no hello: it was refused. */
  refused() {
    this.#due.shift();
  }
}
