import { Drawer } from "./board/drawer/drawer.js";
import { ConnectionPanel } from "./fresh/connection.js";
import { ProducerCard } from "./fresh/producer.js";
import { gestures } from "./time/gestures.js";
import { keys } from "./time/keys.js";
import { Nothing } from "./time/nothing.js";
import { Picker } from "./time/picker.js";

const byId = (id) => document.getElementById(id);

/** What the viewer acts with, apart from the button that pauses. The first picture does not need it, and comes before it. */
export class Controls {
  #timeline;
  #now;
  #history;
  #drawer;
  #picker;
  #nothing;
  #connection;
  #oldest = null;

  /**
   * @param {object} page
   * @param {import("./time/timeline.js").Timeline} page.timeline
   * @param {() => number} page.now  the server's time, UNIX seconds
   * @param {import("./data/live.js").Live} page.live
   * @param {import("./data/history.js").History} page.history
   * @param {import("./fresh/freshness.js").Freshness} page.fresh
   * @param {import("./board/drawer/choice.js").Choice} page.choice
   * @param {string} page.api  of the stream, with a slash at its end
   */
  constructor({ timeline, now, live, history, fresh, choice, api }) {
    this.#timeline = timeline;
    this.#now = now;
    this.#history = history;
    const oldest = () => this.#oldest;
    this.#drawer = new Drawer(choice);
    this.#picker = new Picker(timeline, { now, oldest });
    this.#nothing = new Nothing(timeline, { now, oldest, newest: () => live.last?.ts ?? null });
    this.#connection = new ConnectionPanel({ log: fresh.log, latency: fresh.latency, feed: live });
    keys(timeline, { now, fields: () => this.#drawer.toggle() });
    new ProducerCard(byId("producer"), `${api}health/`).start();
    this.#learn();
  }

  /** @param {HTMLElement} over  a chart's plotting area @param {(px: number) => number} timeAt @returns {() => void} takes it away */
  attach(over, timeAt) {
    return gestures(over, { timeAt, timeline: this.#timeline, now: this.#now });
  }

  /** @param {import("./board/drawer/drawer.js").Listed[]} fields  all that are known */
  list(fields) {
    this.#drawer.update(fields);
  }

  /** @param {(path: string) => unknown} valueOf  a field's newest value; undefined: none */
  draw(valueOf) {
    this.#picker.draw();
    this.#connection.draw();
    this.#nothing.draw();
    if (this.#drawer.isOpen) this.#drawer.values(valueOf);
  }

  /** Without it, presets are not said to reach too far. */
  async #learn() {
    this.#oldest = await this.#history.oldest().catch(() => null);
  }
}
