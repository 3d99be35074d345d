import { Choice } from "./board/drawer/choice.js";
import { Account, Browser, Nowhere } from "./board/drawer/keepers.js";
import { readPage, Scene } from "./board/scene.js";
import { Head } from "./data/head.js";
import { valueAt } from "./data/paths.js";
import { Bar } from "./fresh/bar.js";
import { _ } from "./i18n.js";
import { setText } from "./look/dom.js";
import { later } from "./look/later.js";
import { readAddress } from "./share/address.js";
import { Player } from "./time/player.js";
import { words } from "./time/words.js";

/** Whoever has no picture by then may want to do something about it. */
const UNDRAWN_MS = 1500;

/**
 * @type {import("./board/scene.js").Page & {streams: string[], user: string | null,
 *   board: import("./board/drawer/choice.js").Arrangement | null}}
 */
const page = readPage();
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const asked = readAddress(location.search);

const pictured = Promise.withResolvers();
const loaded = controlsLater();
const attach = (over, timeAt) => {
  const end = loaded.then((found) => found.attach(over, timeAt));
  return () => end.then((detach) => detach());
};
const choice = new Choice(arrangement());
const company = { learned: (list) => controls?.list(list), moved, draw, drawn };
const scene = new Scene({ page, spanS: asked.lastS, choice, company, headOf: (live) => new Head(live), attach });
const { live, head, timeline, board, fields, now } = scene;
const bar = new Bar(page.stream, { retry: () => live.retry() });
const player = new Player(timeline, { now });
const scale = byId("scale");

/** @type {import("./controls.js").Controls | null} */
let controls = null;

live.listen({ ticks: came });
choice.onChange(() => scene.arrange());
scale.addEventListener("click", () => band(!scene.isBanded));
readNote();
if (asked.stretch) timeline.show(...stretch());
scene.begin();

/** Besides, the `t` of all ticks that were replayed, and what is replayed. */
window.tickMonitor = {
  ...scene.told,
  played: () => [...(controls?.replaying.seen ?? [])],
  replay: () => controls?.replaying.place ?? null,
};

/** What came with the address is not the viewer's own: it is kept in the address alone. */
function arrangement() {
  if (asked.arrangement) return { given: asked.arrangement, keeper: new Nowhere() };
  const keeper = page.user === null ? new Browser(page.stream) : new Account(`${page.api}board/`, page.user);
  return { given: keeper.load(page.board), keeper };
}

/** Says what of the address was not understood. */
function readNote() {
  byId("address-note").hidden = asked.faults.length === 0;
  setText(byId("address-note"), _("The address of this page was not understood: {faults}.", { faults: asked.faults.join("; ") }));
}

/** What the address asks for; of a replay, what ends where it begins. @returns {[number, number]} UNIX seconds */
function stretch() {
  const { replay, stretch: { from, to } } = asked;
  return replay ? [replay.at - page.window_s, replay.at] : [from, to];
}

/** @returns {Promise<import("./controls.js").Controls>} once the first picture is drawn */
async function controlsLater() {
  await Promise.race([pictured.promise, new Promise((resolve) => setTimeout(resolve, UNDRAWN_MS))]);
  const { Controls } = await later(() => import("./controls.js"));
  controls = new Controls({ scene, choice, asked, page });
  controls.list(fields.list);
  return controls;
}

/** What was there when the page was loaded is no news. */
function came(ticks, epoch) {
  const { first } = live;
  timeline.took(ticks.filter(({ t }) => epoch !== first?.epoch || t > first.t).length);
}

/** The viewer moved through the time. */
function moved() {
  controls?.moved();
  player.draw(isStill());
  controls?.draw(valueOf, isStill());
  root.classList.toggle("is-past", !timeline.isLive);
}

function band(wanted) {
  scene.isBanded = wanted;
  scale.setAttribute("aria-pressed", String(wanted));
}

function draw(state) {
  const { roundTripMs, status } = live;
  const ageS = isStill() ? NaN : scene.ageS;
  const latency = isStill() ? null : scene.fresh.latency.measure();
  player.draw(isStill());
  bar.show({ state, ageS, latency, roundTripMs, link: status, news: player.news, shown: shownWords() });
  controls?.draw(valueOf, isStill());
}

function drawn() {
  controls?.drawn();
  if (board.hasData) pictured.resolve();
  if (live.seen.length > 0) root.dataset.lastT = String(live.seen.at(-1));
}

/** Nothing moves by itself: the viewer has stopped it, or looks at the past. */
function isStill() {
  return !timeline.isMoving || (timeline.held === "replay" && !controls?.replaying.isPlaying);
}

function shownWords() {
  if (timeline.held === "replay") return controls?.replaying.words ?? "";
  return words(scene.range(), timeline.isLive, now());
}

function valueOf(path) {
  return head.last ? valueAt(head.last, fields.get(path)?.keys ?? []) : undefined;
}
