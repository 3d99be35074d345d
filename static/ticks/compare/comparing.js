import { setText } from "../look/dom.js";
import { _ } from "../i18n.js";
import { duration } from "../look/units.js";
import { readCompared, writeCompared } from "./asked.js";
import { Other } from "./other.js";
import { ComparePanel } from "./panel.js";
import { Source } from "./source.js";
import { otherWords, rangeWords } from "./words.js";

const CLOCKS_APART_S = 2;
const byId = (id) => document.getElementById(id);

/** Lays another range, or another stream, over all charts, and says in the bar which. */
export class Comparing {
  #page;
  #source = null;
  /** @type {Set<Other>} */
  #others = new Set();
  #refused = "";

  /**
   * @param {object} page
   * @param {import("../time/timeline.js").Timeline} page.timeline
   * @param {() => number} page.now  the server's time, UNIX seconds
   * @param {import("../data/live.js").Live} page.live
   * @param {import("../data/history.js").History} page.history
   * @param {import("../data/gaps.js").Gaps} page.gaps
   * @param {import("../board/board.js").Board} page.board
   * @param {import("../replay/replaying.js").Replaying} page.replaying
   * @param {() => void} page.redraw
   * @param {{stream: string, streams: string[], ws: string, api: string}} page.page  the stream; those that may be read; where
   */
  constructor(page) {
    this.#page = page;
    new ComparePanel({
      streams: page.page.streams.filter((name) => name !== page.page.stream),
      range: () => page.timeline.range(page.now()),
      chosen: () => this.chosen,
      choose: (compared) => this.choose(compared),
    });
    byId("compared").addEventListener("click", () => {
      this.choose(null);
      byId("compare-turn").focus({ preventScroll: true });
    });
  }

  /** @returns {{back: number | "span", stream?: string} | null} null: nothing is compared */
  get chosen() {
    return this.#source?.compared ?? null;
  }

  /** @returns {{api: string, range: {from: number, to: number}, words: string} | null} what is laid over what is shown */
  get shown() {
    if (this.#source === null) return null;
    const { from, to } = this.#page.timeline.range(this.#page.now());
    const back = this.#source.backOf(to - from);
    const range = { from: from - back, to: to - back };
    return { api: this.#source.api, range, words: this.#words(range) };
  }

  /** @returns {Record<string, string>} what is compared, as an address has it */
  get written() {
    return this.#source === null ? {} : writeCompared(this.#source.compared);
  }

  /** @param {Record<string, string>} asked  of the address @param {number} from  where what is shown begins, UNIX seconds */
  begin(asked, from) {
    const faults = [];
    const compared = readCompared(new URLSearchParams(asked), faults);
    if (faults.length > 0) tell(faults.join("; "));
    if (compared === undefined) return;
    const { back, moment, stream } = compared;
    this.#lay({ back: moment === undefined ? back : from - moment, stream });
  }

  #lay({ back, stream }) {
    const { page } = this.#page;
    const isOther = stream !== undefined && stream !== page.stream;
    if (back === 0 && !isOther) this.#refuse(_("Not compared: that is the same again."));
    else if (isOther && !page.streams.includes(stream)) {
      this.#refuse(_("Not compared: there is no stream {stream}, or you may not read it.", { stream }));
    } else this.choose(isOther ? { back, stream } : { back });
  }

  /** @param {{back: number | "span", stream?: string} | null} compared  null: nothing */
  choose(compared) {
    const { board } = this.#page;
    this.#refused = "";
    board.compare(null);
    this.#source?.close();
    const moved = () => this.#others.forEach((other) => other.renew());
    this.#source = compared && new Source(compared, { ...this.#page, moved });
    if (this.#source) board.compare((panel) => this.#make(panel));
    this.draw();
  }

  /** Writes what is compared, and what is the matter with it. */
  draw() {
    const { shown } = this;
    const badge = byId("compared");
    byId("compared-line").hidden = shown === null && this.#refused === "";
    byId("compare-turn").setAttribute("aria-pressed", String(shown !== null));
    if (byId("compared-line").hidden) return;
    setText(byId("compared-word"), this.#refused || _("Compared with {words}", { words: shown.words }));
    badge.title = this.#refused ? _("Close") : _("Stop comparing");
    setText(byId("compared-note"), shown === null ? "" : this.#note(shown.range));
  }

  #refuse(text) {
    this.#refused = text;
    this.draw();
  }

  #make(panel) {
    const { timeline, now, replaying, redraw } = this.#page;
    const motion = () => {
      return { isMoving: timeline.isMoving, isLive: timeline.isLive, speed: replaying.place?.speed ?? 1, now: now() };
    };
    const other = new Other(panel, { source: this.#source, motion, redraw, onClose: (one) => this.#others.delete(one) });
    this.#others.add(other);
    return other;
  }

  #words(range) {
    const { stream, back } = this.#source.compared;
    if (back === 0) return stream;
    const when = rangeWords(range, this.#page.now());
    return stream === undefined ? when : otherWords({ stream, back: 0 }) + `, ${when}`;
  }

  #note(range) {
    const { trouble, aheadS } = this.#source;
    const others = [...this.#others];
    const unread = trouble || others.find((one) => one.trouble)?.trouble;
    if (unread) return _("Not read: {why}", { why: unread });
    if (aheadS > CLOCKS_APART_S) return _("Its clock is {span} ahead of the server's.", { span: duration(aheadS) });
    if (others.length === 0) return _("No chart of numbers is shown.");
    if (others.some((one) => one.isLoading || one.hasData)) return "";
    return range.from > this.#page.now() ? _("That is yet to come.") : _("Nothing was stored then.");
  }
}

/** Beside what else of the address was not understood. */
function tell(faults) {
  const note = byId("address-note");
  const text = _("The address of this page was not understood: {faults}.", { faults });
  setText(note, note.hidden ? text : `${note.textContent} ${text}`);
  note.hidden = false;
}
