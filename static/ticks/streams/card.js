import { sparkline } from "../board/kpi/sparkline.js";
import { STATES } from "../fresh/health.js";
import { _ } from "../i18n.js";
import { element, setText } from "../look/dom.js";
import { decimal, duration, number, scaleFor } from "../look/units.js";
import { Entry } from "./entry.js";

const LEAST_TOP = 1e-9;

/** One stream of the list: its state, its pace, the age of its newest tick and its last 15 minutes. */
export class Card {
  #tag;
  #about;
  #parts = null;
  #past = null;

  /** @param {HTMLElement} root  with its name, tag and description */
  constructor(root) {
    this.root = root;
    this.name = root.dataset.name;
    this.#tag = root.querySelector(".tag");
    this.#about = root.querySelector(".card-about");
  }

  /** @param {Entry} entry @returns {Card} as the server writes it */
  static of({ name, isPublic, description }) {
    const link = element("a", { href: `/s/${encodeURIComponent(name)}/`, textContent: name, title: name });
    const tag = element("span", { className: "tag", textContent: _("public"), hidden: !isPublic });
    const about = element("p", { className: "card-about", textContent: description, title: description });
    const root = element("li", { className: "stream-card" }, element("h2", {}, link), tag, about);
    root.dataset.name = name;
    return new Card(root);
  }

  /** @returns {Entry} what the card itself says */
  entry() {
    return Object.assign(new Entry(this.name), { isPublic: !this.#tag.hidden, description: this.#about.textContent });
  }

  /** @param {Entry} entry @param {number} now  the server's UNIX seconds @param {boolean} isOld  nothing new is known */
  show(entry, now, isOld) {
    this.#parts ??= this.#fill();
    const { shape, word, rate, unit, age, command, line } = this.#parts;
    const told = STATES[entry.state];
    this.root.dataset.tone = told.tone;
    this.root.dataset.state = entry.state;
    setText(shape, told.shape);
    setText(word, isOld && entry.state !== "connecting" ? _("was {state}", { state: told.word }) : told.word);
    const scale = scaleFor("1/s", entry.rate);
    setText(rate, number(entry.rate, scale));
    setText(unit, scale.suffix);
    setText(age, ageOf(entry, now));
    setText(this.#about, entry.description);
    this.#about.title = entry.description;
    this.#tag.hidden = !entry.isPublic;
    command.hidden = entry.state !== "empty";
    // They have one place, and what is hidden has no size to draw in.
    const isNew = line.hidden && command.hidden;
    line.hidden = !command.hidden;
    if (isNew) this.draw();
  }

  /** @param {import("./past.js").Past | Error} past */
  showPast(past) {
    this.#parts ??= this.#fill();
    const { peak } = this.#parts;
    if (past instanceof Error) {
      setText(peak, _("course not read"));
      peak.title = past.message;
      return;
    }
    this.#past = past;
    const most = Math.max(0, ...past.rates);
    const scale = scaleFor("1/s", most);
    setText(peak, past.rates.length > 0 ? _("15 min, peak {rate}", { rate: number(most, scale) + scale.suffix }) : "");
    peak.title = "";
    this.draw();
  }

  /** Draws the last 15 minutes anew: another theme, another width. */
  draw() {
    if (this.#past === null || this.#past.rates.length === 0) return;
    const { ts, rates, from, to } = this.#past;
    const top = Math.max(LEAST_TOP, ...rates);
    sparkline(this.#parts.line, { x: ts, values: rates }, { from, to, gaps: [], bottom: 0, top });
  }

  #fill() {
    const part = (tag, className, properties = {}) => element(tag, { className, ...properties });
    const shape = part("span", "shape", { ariaHidden: "true" });
    const word = part("span", "word");
    const [rate, unit] = [part("span", "rate"), part("span", "unit")];
    const line = part("canvas", "course", { ariaHidden: "true", width: 1, height: 1 });
    const option = this.name === "main" ? "" : ` --stream ${this.name}`;
    const command = part("code", "command", { textContent: `python manage.py runproducer${option}`, hidden: true });
    const [age, peak] = [part("p", "age"), part("p", "peak")];
    this.#tag.after(part("p", "mark"), part("p", "pace"), age, line, command, peak);
    this.root.querySelector(".mark").append(shape, " ", word);
    this.root.querySelector(".pace").append(rate, " ", unit);
    return { shape, word, rate, unit, age, line, command, peak };
  }
}

function ageOf(entry, now) {
  const age = entry.ageS(now);
  const words = Number.isFinite(age) ? _("last tick {age} ago", { age: duration(age) }) : "";
  return [words, entry.note].filter(Boolean).join(" · ");
}

/** @param {Map<string, number>} counts  by state @returns {string} "2 offline, 10 live": shapes would be read out by name */
export function spokenWords(counts) {
  return [...counts].map(([state, count]) => `${decimal(count, 0)} ${STATES[state].word}`).join(", ");
}

/** @param {Map<string, number>} counts  by state @returns {string} "✕ 2 offline · ● 10 live" */
export function inWords(counts) {
  return [...counts].map(([state, count]) => `${STATES[state].shape} ${decimal(count, 0)} ${STATES[state].word}`).join(" · ");
}
