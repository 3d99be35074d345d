const GAP_PX = 6;

/**
 * Calls back when the focus goes elsewhere: a panel that stayed would lie over what has it.
 *
 * @param {HTMLElement} panel @param {HTMLElement} button  which opens it @param {() => void} then
 */
export function whenLeft(panel, button, then) {
  document.addEventListener("focusin", ({ target }) => {
    if (!panel.contains(target) && !button.contains(target)) then();
  });
}

/** A panel that a button opens below itself. Escape closes it, as does a click elsewhere; the focus goes in, and comes back. */
export class Popover {
  #button;
  #panel;
  #opened;

  /**
   * @param {HTMLElement} button  may be disabled until now
   * @param {HTMLElement} panel  `position: fixed`, can have the focus
   * @param {() => void} opened  fills it
   */
  constructor(button, panel, opened) {
    this.#button = button;
    this.#panel = panel;
    this.#opened = opened;
    button.disabled = false;
    button.addEventListener("click", () => (this.isOpen ? this.#close() : this.#open()));
    panel.querySelector("[data-close]").addEventListener("click", () => this.#close());
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("pointerdown", ({ target }) => this.#pressed(target));
    addEventListener("resize", () => this.isOpen && this.#place());
    whenLeft(panel, button, () => this.isOpen && this.#close());
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  #open() {
    this.#panel.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#opened();
    this.#place();
    this.#panel.focus();
  }

  #close() {
    const hadFocus = this.#panel.contains(document.activeElement) || document.activeElement === document.body;
    this.#panel.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
    if (hadFocus) this.#button.focus();
  }

  #key(event) {
    if (event.key !== "Escape" || !this.isOpen) return;
    event.preventDefault();
    this.#close();
  }

  #pressed(target) {
    if (this.isOpen && !this.#panel.contains(target) && !this.#button.contains(target)) this.#close();
  }

  #place() {
    const { left, bottom } = this.#button.getBoundingClientRect();
    const { style, offsetWidth } = this.#panel;
    const width = document.documentElement.clientWidth;
    style.left = `${Math.max(GAP_PX, Math.min(left, width - offsetWidth - GAP_PX))}px`;
    style.top = `${bottom + GAP_PX}px`;
    style.maxHeight = `${innerHeight - bottom - 2 * GAP_PX}px`;
  }
}
