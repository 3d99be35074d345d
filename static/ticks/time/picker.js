import { _ } from "../i18n.js";
import { element, setText } from "../look/dom.js";
import { whenLeft } from "../look/popover.js";
import { checked, localValue, zoneWords } from "./absolute.js";
import { momentWords, PRESETS, words } from "./words.js";

const FURTHER = 2;
const byId = (id) => document.getElementById(id);

/** The button that says what is shown, and the panel that it opens: presets, from and to, and the way back. */
export class Picker {
  #timeline;
  #now;
  #oldest;
  #parts = {
    button: byId("time"),
    word: byId("time-word"),
    panel: byId("time-panel"),
    kept: byId("time-kept"),
    from: byId("time-from"),
    to: byId("time-to"),
    zone: byId("time-zone"),
    error: byId("time-error"),
    back: byId("time-back"),
    goOldest: byId("time-oldest"),
  };
  #presets;

  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {object} options
   * @param {() => number} options.now  the server's time, UNIX seconds
   * @param {() => number | null} options.oldest  ts of the oldest tick that is kept, UNIX seconds; null: none, or not known
   */
  constructor(timeline, { now, oldest }) {
    this.#timeline = timeline;
    this.#now = now;
    this.#oldest = oldest;
    this.#presets = PRESETS.map(({ spanS, words: text }) => ({ spanS, button: this.#preset(spanS, text) }));
    byId("time-presets").append(...this.#presets.map(({ button }) => button));
    this.#parts.button.disabled = false;
    this.#parts.panel.addEventListener("beforetoggle", ({ newState }) => this.#toggle(newState === "open"));
    addEventListener("resize", () => this.#isOpen && this.#place());
    whenLeft(this.#parts.panel, this.#parts.button, () => this.#isOpen && this.#parts.panel.hidePopover());
    byId("time-form").addEventListener("submit", (event) => this.#apply(event));
    byId("time-out").addEventListener("click", () => this.#zoomOut());
    this.#parts.back.addEventListener("click", () => this.#goBack());
    this.#parts.goOldest.addEventListener("click", () => this.#showOldest());
  }

  /** Call it after each change of the timeline. */
  draw() {
    const text = words(this.#timeline.range(this.#now()), this.#timeline.isLive, this.#now());
    setText(this.#parts.word, text);
    this.#parts.button.title = _("{text}. Choose what is shown", { text });
    if (this.#isOpen) this.#describe();
  }

  get #isOpen() {
    return this.#parts.panel.matches(":popover-open");
  }

  #preset(spanS, textContent) {
    const button = element("button", { className: "button", type: "button", textContent });
    button.addEventListener("click", () => {
      this.#timeline.follow(spanS);
      this.#close();
    });
    return button;
  }

  #close() {
    this.#parts.panel.hidePopover();
    this.#parts.button.focus();
  }

  #toggle(isOpen) {
    this.#parts.button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    this.#place();
    this.#fill();
    const present = this.#presets.find(({ button }) => button.ariaPressed === "true") ?? this.#presets[0];
    for (const { button } of this.#presets) button.autofocus = button === present.button;
  }

  /** Where the button is; time.css keeps it inside the window. */
  #place() {
    const { panel, button } = this.#parts;
    const { left, bottom } = button.getBoundingClientRect();
    panel.style.setProperty("--left", `${left}px`);
    panel.style.setProperty("--top", `${bottom}px`);
  }

  #fill() {
    const { from, to } = this.#timeline.range(this.#now());
    this.#parts.from.value = localValue(from);
    this.#parts.to.value = localValue(to);
    setText(this.#parts.zone, _("Times of {zone}", { zone: zoneWords() }));
    this.#tell(null);
    this.#describe();
  }

  #describe() {
    const [now, oldest] = [this.#now(), this.#oldest()];
    for (const { spanS, button } of this.#presets) {
      const isShort = oldest !== null && now - oldest < spanS;
      button.classList.toggle("is-beyond", isShort);
      if (isShort) button.setAttribute("aria-describedby", "time-kept");
      else button.removeAttribute("aria-describedby");
      button.ariaPressed = String(this.#timeline.isLive && this.#timeline.spanS === spanS);
    }
    const isAny = this.#presets.some(({ button }) => button.classList.contains("is-beyond"));
    const kept = oldest === null ? "" : _("Kept since {oldest}.", { oldest: momentWords(oldest, now) });
    setText(this.#parts.kept, isAny ? `${kept}\n${_("Dashed: reaches further back.")}` : kept);
    this.#parts.back.disabled = !this.#timeline.hasBefore;
    this.#parts.goOldest.disabled = oldest === null;
  }

  #apply(event) {
    event.preventDefault();
    const { from, to } = this.#parts;
    const asked = checked(from.value, to.value, { now: this.#now(), oldest: this.#oldest() });
    this.#tell(asked.fault ?? null);
    if (asked.fault) return;
    this.#timeline.show(asked.from, asked.to, this.#now());
    this.#close();
  }

  /** @param {import("./absolute.js").Fault | null} fault */
  #tell(fault) {
    setText(this.#parts.error, fault?.text ?? "");
    for (const name of ["from", "to"]) this.#parts[name].setAttribute("aria-invalid", String(fault?.field === name));
    if (fault) this.#parts[fault.field].focus();
  }

  #zoomOut() {
    const { from, to } = this.#timeline.range(this.#now());
    this.#timeline.zoom(FURTHER, (from + to) / 2, this.#now());
    this.#fill();
  }

  #goBack() {
    this.#timeline.back(this.#now());
    this.#fill();
    if (this.#parts.back.disabled) this.#parts.panel.querySelector("#time-out").focus();
  }

  #showOldest() {
    const oldest = this.#oldest();
    this.#timeline.show(oldest, oldest + this.#timeline.spanS, this.#now());
    this.#close();
  }
}
