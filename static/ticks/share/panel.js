import { _ } from "../i18n.js";
import { copy } from "../look/copy.js";
import { setText } from "../look/dom.js";
import { Popover } from "../look/popover.js";
import { words } from "../time/words.js";
import { Links } from "./links.js";
import { queryOf } from "./query.js";

const byId = (id) => document.getElementById(id);

/** The panel that gives away what is seen: a link, files, and the questions that they answer. It holds the moment at which it opened. */
export class SharePanel {
  #page;
  #link = byId("share-link");
  #copied = byId("share-copied");
  /** For staff alone. @type {Links | null} */
  #links = null;

  /**
   * @param {object} page
   * @param {import("../time/timeline.js").Timeline} page.timeline
   * @param {() => number} page.now  the server's time, UNIX seconds
   * @param {import("./standing.js").Standing} page.standing
   * @param {() => import("../data/fields.js").Field[]} page.fields  that are shown
   * @param {() => boolean} page.isWhole  no field is hidden
   * @param {() => number} page.points  how many a chart has at most
   * @param {string} page.api  of the stream
   * @param {() => {api: string, range: import("../time/timeline.js").Range, words: string} | null} page.compared  laid over it
   */
  constructor(page) {
    this.#page = page;
    if (byId("links")) this.#links = new Links(`${page.api}links/`, page.standing);
    new Popover(byId("share-turn"), byId("share"), () => this.#fill());
    byId("share-copy").addEventListener("click", async () => {
      const isCopied = await copy(this.#link);
      setText(this.#copied, isCopied ? _("Copied.") : _("It is selected: copy it by Ctrl+C or ⌘C."));
    });
  }

  #fill() {
    const { timeline, now, standing, fields, isWhole, points, api, compared } = this.#page;
    const range = timeline.range(now());
    this.#link.value = standing.link();
    setText(this.#copied, "");
    this.#links?.show();
    setText(byId("share-what"), words(range, false, now()));
    const seen = { points: points(), fields: fields(), isWhole: isWhole() };
    for (const place of document.querySelectorAll("[data-share]")) {
      place.href = api + queryOf(...place.dataset.share.split(" "), { range, ...seen });
    }
    const other = compared();
    byId("share-compared").hidden = other === null;
    if (other === null) return;
    setText(byId("share-compared-what"), _("Compared with {words}: the points", other));
    for (const place of document.querySelectorAll("[data-compared]")) {
      place.href = other.api + queryOf(...place.dataset.compared.split(" "), { range: other.range, ...seen });
    }
  }
}
