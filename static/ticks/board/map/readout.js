import { _ } from "../../i18n.js";
import { element, setText } from "../../look/dom.js";
import { Columns } from "../objects/columns.js";

const MOST = 10;

/** What is known of one object, in a small list. */
export class Readout {
  #columns = new Columns(MOST);
  #name = element("p", { className: "map-name" });
  #list = element("dl");
  #more = element("p");
  #values = [];
  root = element("div", { className: "map-readout", hidden: true }, this.#name, this.#list, this.#more);

  /** @param {string} name @param {object} item @param {boolean} atLeft  in which half of its place it stands */
  show(name, item, atLeft) {
    this.root.hidden = false;
    this.root.classList.toggle("at-left", atLeft);
    setText(this.#name, name);
    this.#texts(item).forEach((text, i) => setText(this.#values[i], text));
    setText(this.#more, this.#moreWords());
  }

  /** @param {object} item @returns {string} the same for who listens: "x 1.3, energy 88.712, and 3 more" */
  words(item) {
    const told = this.#texts(item).map((text, i) => `${this.#columns.list[i].name} ${text}`);
    return [...told, this.#moreWords()].filter(Boolean).join(", ");
  }

  hide() {
    this.root.hidden = true;
  }

  #texts(item) {
    if (this.#columns.learn([item])) this.#rebuild();
    return this.#columns.list.map((column) => {
      const value = column.read(item);
      column.see(value);
      return column.text(value);
    });
  }

  #moreWords() {
    return this.#columns.more > 0 ? _("and {count} more", { count: this.#columns.more }) : "";
  }

  #rebuild() {
    this.#values = this.#columns.list.map(() => element("dd"));
    const heads = this.#columns.list.map(({ name }) => element("dt", { textContent: name }));
    const rows = heads.map((head, i) => element("div", {}, head, this.#values[i]));
    this.#list.replaceChildren(...rows);
  }
}
