/**
 * A place in a stream: what was received last.
 *
 * @typedef {{epoch: string, t: number}} Cursor
 */

/** Follows the cursor through the messages of one stream and tells whether each one continues it. */
export class Chain {
  /** @type {Cursor | null} */
  cursor = null;
  #anyNext = false;

  /**
   * @param {{cursor: Cursor | null}} hello  its cursor is null while the stream has no tick at all
   * @returns {boolean} whether the stream goes on where this client was; false on the first connection
   */
  hello({ cursor }) {
    this.#anyNext = false;
    if (cursor === null) return this.cursor !== null;
    const resumed = this.cursor?.epoch === cursor.epoch;
    // In the same epoch the client's own cursor stands: had the server begun elsewhere, the next check must see it.
    if (!resumed) this.cursor = { epoch: cursor.epoch, t: cursor.t };
    return resumed;
  }

  /** Goes to another place, because the reader asked for it. @param {Cursor | null} cursor */
  move(cursor) {
    this.cursor = cursor;
    this.#anyNext = false;
  }

  /**
   * @param {{prev_t: number, last_t: number, epoch?: string}} message
   * @returns {boolean} false when something is missing or double between the cursor and this message
   */
  ticks({ prev_t: prevT, last_t: lastT, epoch }) {
    const { cursor } = this;
    if (cursor === null || (epoch ?? cursor.epoch) !== cursor.epoch) return false;
    if (!this.#anyNext && prevT !== cursor.t) return false;
    this.#anyNext = false;
    this.cursor = { epoch: cursor.epoch, t: lastT };
    return true;
  }

  /**
   * A hole that the server owns up to: the stream goes on behind it.
   *
   * @param {{next_t?: number | null, epoch?: string}} message
   */
  gap({ next_t: nextT, epoch }) {
    const renumbered = epoch !== undefined && epoch !== this.cursor?.epoch;
    const here = renumbered ? 0 : (this.cursor?.t ?? 0);
    this.cursor = { epoch: epoch ?? this.cursor?.epoch ?? "", t: Number.isInteger(nextT) ? nextT - 1 : here };
    this.#anyNext = true;
  }
}
