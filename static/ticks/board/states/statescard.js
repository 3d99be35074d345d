import { Course } from "../../data/course.js";
import { gapAt } from "../../data/gaps.js";
import { statesOf } from "../../data/states.js";
import { _ } from "../../i18n.js";
import { exactTime } from "../../look/axes.js";
import { momentWords } from "../../time/words.js";
import { Frame } from "../frame.js";
import { StateBars } from "./statebar.js";

const TOO_MANY = _("texts: only of ranges with up to 1000 ticks");

/** A card with booleans and short texts, each as a bar over time. */
export class StatesCard {
  #panel;
  #course;
  #frame;
  #bars;
  #sight = null;
  #at = null;

  /** @param {import("../../data/panels.js").Panel} panel @param {import("../board.js").Context} context */
  constructor(panel, context) {
    this.#panel = panel;
    const fields = panel.lines.map(({ field }) => field);
    this.#course = new Course({ kind: statesOf(fields), onChange: context.redraw, ...context });
    this.#bars = new StateBars(panel.title);
    this.#bars.onHover = (x) => this.point(x);
    this.#frame = new Frame(panel.title, [this.#bars.root], () => this.#course.retry());
  }

  /** @returns {HTMLElement} */
  get root() {
    return this.#frame.root;
  }

  /** @returns {number} when a tick last had any of it, UNIX seconds */
  get lastTs() {
    return this.#course.kept?.lastTs ?? -Infinity;
  }

  /** @returns {boolean} whether it still reads what is to be shown */
  get isLoading() {
    return this.#course.isLoading;
  }

  /** @param {import("../../data/course.js").Wanted} wanted */
  load(wanted) {
    this.#course.load(wanted);
  }

  hold() {
    this.#course.hold();
  }

  close() {
    this.#course.close();
  }

  /** @param {import("../board.js").Sight} sight */
  draw(sight) {
    this.#sight = sight;
    const { runs = [], values = [] } = this.#course.kept ?? {};
    const rowOf = ({ label }, i) => ({ label, runs: runs[i]?.since(sight.from) ?? [], now: values[i] ?? null });
    const rows = this.#panel.lines.map(rowOf);
    this.#bars.show(rows, { from: sight.from, to: sight.to, gaps: sight.known });
    this.#frame.course(this.#course, "");
    this.#frame.badge(this.#course.isPartial && this.#hasTexts ? TOO_MANY : "");
    this.#frame.age(sight.now - this.lastTs, sight.isStale(this.lastTs, this.#course.kept?.cadence.interval));
    this.#describe();
  }

  /** Takes the size of its place. */
  fit() {
    this.#bars.fit();
  }

  /** Takes the present theme's colours. */
  recolor() {
    this.#bars.recolor();
  }

  /** @returns {object} what is drawn, for scripts and tests */
  told() {
    const { from, to } = this.#sight ?? { from: 0, to: 0 };
    const runs = this.#course.kept?.runs.map((one) => one.since(from).filter((run) => run.from < to)) ?? [];
    return { title: this.#panel.title, fields: this.#panel.lines.map(({ field }) => field.path), runs };
  }

  /** Puts its cursor to a time. @param {number | null} x  UNIX seconds; null: nowhere */
  point(x) {
    this.#at = x;
    this.#bars.point(x);
    this.#describe();
  }

  /** @returns {{x: number[], gaps: import("../../data/gaps.js").Gap[]}} when any of it changed, and where there is nothing */
  sheet() {
    const changes = this.told().runs.flatMap((runs) => runs.map(({ from }) => from));
    return { x: [...new Set(changes)].sort((one, other) => one - other), gaps: this.#sight?.known ?? [] };
  }

  /** @param {number} at  UNIX seconds @param {number} now  UNIX seconds @returns {string} what there is at that time */
  wordsAt(at, now) {
    return `${momentWords(at, now)}: ${this.#bars.wordsAt(at)}`;
  }

  get #hasTexts() {
    return this.#panel.lines.some(({ field }) => field.kind === "text");
  }

  #describe() {
    if (this.#at === null) this.#frame.note("");
    else this.#frame.note(gapAt(this.#sight?.known ?? [], this.#at) ? _("no data") : exactTime(this.#at));
  }
}

/** @param {import("../../data/panels.js").Panel} panel @param {import("../board.js").Context} context @returns {StatesCard[]} */
export function statesCards(panel, context) {
  return [new StatesCard(panel, context)];
}
