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
    if (this.#columns.learn([item])) this.#rebuild();
    setText(this.#name, name);
    this.#columns.list.forEach((column, i) => {
      const value = column.read(item);
      column.see(value);
      setText(this.#values[i], column.text(value));
    });
    setText(this.#more, this.#columns.more > 0 ? _("and {count} more", { count: this.#columns.more }) : "");
  }

  hide() {
    this.root.hidden = true;
  }

  #rebuild() {
    this.#values = this.#columns.list.map(() => element("dd"));
    const heads = this.#columns.list.map(({ name }) => element("dt", { textContent: name }));
    const rows = heads.map((head, i) => element("div", {}, head, this.#values[i]));
    this.#list.replaceChildren(...rows);
  }
}
