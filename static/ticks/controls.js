import { DrawerDoor } from "./board/drawer/door.js";
import { CompareDoor } from "./compare/door.js";
import { ConnectionPanel } from "./fresh/connection.js";
import { ProducerCard } from "./fresh/producer.js";
import { _ } from "./i18n.js";
import { AgentReading, MAP_KEYS } from "./reading/agents.js";
import { CHART_KEYS, Reading } from "./reading/reading.js";
import { Voice } from "./reading/voice.js";
import { Replaying } from "./replay/replaying.js";
import { CardMenu } from "./share/cardmenu.js";
import { SharePanel } from "./share/panel.js";
import { Standing } from "./share/standing.js";
import { gestures } from "./time/gestures.js";
import { KeyList } from "./time/keylist.js";
import { KEYS, keys } from "./time/keys.js";
import { Nothing } from "./time/nothing.js";
import { Picker } from "./time/picker.js";
import { fullWords } from "./time/words.js";

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
  #producer;
  #replaying;
  #reading;
  #comparing;
  #standing;
  #oldest = null;

  /**
   * @param {object} options
   * @param {import("./board/scene.js").Scene} options.scene
   * @param {import("./board/drawer/choice.js").Choice} options.choice
   * @param {import("./share/address.js").Shown} options.asked  what the address asked for
   * @param {import("./board/scene.js").Page & {streams: string[]}} options.page  `streams`: those that may be read
   */
  constructor({ scene, choice, asked, page }) {
    const { timeline, now, range, live, head, history, gaps, fresh, board, request: redraw } = scene;
    const shown = () => scene.shown;
    this.#timeline = timeline;
    this.#now = now;
    this.#history = history;
    const oldest = () => this.#oldest;
    this.#drawer = new DrawerDoor(choice);
    this.#picker = new Picker(timeline, { now, oldest });
    this.#nothing = new Nothing(timeline, { now, oldest, newest: () => live.last?.ts ?? null });
    this.#connection = new ConnectionPanel({ log: fresh.log, latency: fresh.latency, feed: live });
    const cards = { release: () => board.release(), isBusy: () => board.isBusy };
    const place = { url: page.ws, stream: page.stream };
    const leading = () => shown().find(({ kind }) => kind === "number");
    this.#replaying = new Replaying({ timeline, head, history, gaps, now, ...cards, leading, redraw, ...place });
    const voice = new Voice();
    this.#reading = new Reading(timeline, now, voice);
    new AgentReading(voice);
    this.#listen();
    new ResizeObserver(([{ target }]) => tellHeight(target)).observe(document.querySelector(".bar"));
    this.#producer = new ProducerCard(byId("producer"), `${page.api}health/`);
    this.#producer.start();
    const laid = { timeline, now, live, history, gaps, board, replaying: this.#replaying, redraw, page };
    this.#comparing = new CompareDoor(laid, (asked.stretch ?? range()).from);
    const isBorrowed = asked.arrangement !== undefined;
    const parts = { choice, replaying: this.#replaying, comparing: this.#comparing };
    this.#standing = new Standing({ timeline, now, ...parts, isBorrowed, firstS: page.window_s });
    const isWhole = () => choice.value.hidden.length === 0;
    const compared = () => this.#comparing.shown;
    const seen = { fields: shown, isWhole, points: () => board.points, api: page.api, compared };
    new SharePanel({ timeline, now, standing: this.#standing, ...seen });
    const words = () => `${page.stream} · ${fullWords(range())}`;
    new CardMenu({ range, words, points: () => board.points, stream: page.stream, api: page.api, compared });
    if (asked.replay) this.#replaying.start(asked.stretch, { ...asked.replay, isPaused: true });
    byId("replay-turn").addEventListener("click", () => this.#replaying.turn());
    byId("replay-turn").disabled = false;
    this.#learn();
  }

  #listen() {
    const groups = [
      { title: _("Anywhere on the page"), rows: KEYS },
      { title: _("On a chart that has the focus"), rows: CHART_KEYS },
      { title: _("On a map that has the focus"), rows: MAP_KEYS },
    ];
    const list = new KeyList(groups);
    const acts = { fields: () => this.#drawer.toggle(), help: () => list.open(), replaying: this.#replaying };
    keys({ timeline: this.#timeline, now: this.#now, ...acts, areOn: () => list.areOn });
  }

  /** @returns {Replaying} */
  get replaying() {
    return this.#replaying;
  }

  /** To be called after each change of the timeline. */
  moved() {
    this.#replaying.moved();
  }

  /** To be called when the charts were drawn. */
  drawn() {
    this.#reading.follow();
  }

  /**
   * @param {HTMLElement} over  a chart's plotting area
   * @param {(px: number) => number} timeAt
   * @returns {() => void} takes it away
   */
  attach(over, timeAt) {
    return gestures(over, { timeAt, timeline: this.#timeline, now: this.#now });
  }

  /** @param {import("./board/drawer/drawer.js").Listed[]} fields  all that are known */
  list(fields) {
    this.#drawer.update(fields);
  }

  /**
   * @param {(path: string) => unknown} valueOf  a field's newest value; undefined: none
   * @param {boolean} isStill  nothing is to move by itself
   */
  draw(valueOf, isStill) {
    this.#picker.draw();
    this.#connection.draw(isStill);
    this.#producer.rest(isStill);
    this.#nothing.draw();
    this.#replaying.draw();
    this.#comparing.draw();
    this.#standing.keep();
    if (this.#drawer.isOpen && !isStill) this.#drawer.values(valueOf);
  }

  /** Without it, presets are not said to reach too far. */
  async #learn() {
    this.#oldest = await this.#history.oldest().catch(() => null);
  }
}

/** The bar is as high as the window and a replay make it. */
function tellHeight(bar) {
  document.documentElement.style.setProperty("--bar", `${bar.offsetHeight + 8}px`);
}
