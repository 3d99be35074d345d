const MOST_CHARACTERS = 4 * 1024 * 1024;

/** How a message stands to a reader's cursor when it neither continues it nor can be made to. */
export const OLD = "old";
export const AHEAD = "ahead";

/**
 * Fits a message that another tab received to this reader's place: its first ticks may be there already.
 *
 * @param {object} message  `ticks` or `gap`
 * @param {string} epoch  in which the message's numbers count
 * @param {import("./chain.js").Cursor} cursor  the reader's
 * @returns {object | OLD | AHEAD}  the message, without what the reader has; OLD: it has all of it; AHEAD: it can't be joined
 */
export function fit(message, epoch, cursor) {
  if (epoch !== cursor.epoch) return AHEAD;
  if (message.type === "gap") {
    if (message.after_t === cursor.t) return message;
    return message.epoch === undefined && message.next_t - 1 <= cursor.t ? OLD : AHEAD;
  }
  if (message.last_t <= cursor.t) return OLD;
  if (message.prev_t > cursor.t) return AHEAD;
  return message.prev_t === cursor.t ? message : after(message, cursor.t);
}

/** A `ticks` message without its ticks up to `t`; `last_t` may lie behind its last tick, so it stays. */
function after(message, t) {
  const ticks = message.ticks.filter((tick) => tick.t > t);
  return { ...message, prev_t: t, first_t: ticks[0]?.t ?? message.first_t, ticks };
}

/** What a tab took last, as far as a few megabytes go: what tabs that come later or missed something may lack. */
export class Recent {
  #entries = [];
  #characters = 0;

  /**
   * @param {import("./chain.js").Cursor | null} before  where the reader stood
   * @param {import("./chain.js").Cursor} now  where the message took it
   * @param {string} text  the message's JSON
   */
  add(before, now, text) {
    const last = this.#entries.at(-1);
    if (last && !same(last.now, before)) this.clear();
    this.#entries.push({ before, now, text });
    this.#characters += text.length;
    while (this.#characters > MOST_CHARACTERS) this.#characters -= this.#entries.shift().text.length;
  }

  clear() {
    this.#entries = [];
    this.#characters = 0;
  }

  /**
   * @param {import("./chain.js").Cursor} cursor
   * @returns {{epoch: string, text: string}[] | null}  messages that cover all after it; null: it is too old, or unknown
   */
  since(cursor) {
    const start = this.#entries.findLastIndex(({ before }) => before?.epoch === cursor.epoch && before.t <= cursor.t);
    if (start < 0) return null;
    return this.#entries.slice(start).map(told);
  }

  /** @returns {{epoch: string, before: import("./chain.js").Cursor, tick: object, text: string} | null}  the newest tick */
  newest() {
    const texts = this.#entries.toReversed();
    for (const { before, text } of texts) {
      const message = JSON.parse(text);
      if (message.type !== "ticks" || message.ticks.length === 0) continue;
      const place = { epoch: before.epoch, t: message.ticks.at(-2)?.t ?? message.prev_t };
      return { ...told({ before, text }), before: place, tick: message.ticks.at(-1) };
    }
    return null;
  }
}

function told({ before, text }) {
  return { epoch: before.epoch, text };
}

function same(one, other) {
  return one?.epoch === other?.epoch && one?.t === other?.t;
}
