import { Board } from "./board/board.js";
import { Choice } from "./board/drawer/choice.js";
import { Account, Browser, Nowhere } from "./board/drawer/keepers.js";
import { Fields } from "./data/fields.js";
import { Gaps } from "./data/gaps.js";
import { Head } from "./data/head.js";
import { History } from "./data/history.js";
import { Live } from "./data/live.js";
import { valueAt } from "./data/paths.js";
import { Bar } from "./fresh/bar.js";
import { Freshness } from "./fresh/freshness.js";
import { _ } from "./i18n.js";
import { setText } from "./look/dom.js";
import { later } from "./look/later.js";
import { painter } from "./look/paint.js";
import { readAddress } from "./share/address.js";
import { Player } from "./time/player.js";
import { Timeline } from "./time/timeline.js";
import { words } from "./time/words.js";

const PULSE_MS = 500;
const SETTLED_MS = 120;
const LEARNED_FIRST = 20;
const LEARN_MS = 1000;
/** What the first picture does not need is asked for after it. */
const LATER_MS = 300;
/** Whoever has no picture by then may want to do something about it. */
const UNDRAWN_MS = 1500;
/** So many ticks tell how often there is one. */
const NEWEST = 20;
const CLOCKS_APART_S = 2;

/**
 * The page's own data, written by the server.
 *
 * @type {{stream: string, streams: string[], ws: string, api: string, window_s: number, user: string | null,
 *   board: import("./board/drawer/choice.js").Arrangement | null, fields: Record<string, {unit?: string, label?: string}>,
 *   known: {path: string, type: string}[], latest: object | null, first: import("./data/preloaded.js").First | null}}
 */
const page = JSON.parse(document.getElementById("page").textContent);
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const request = painter(draw);

const gaps = new Gaps();
const fresh = new Freshness(page.stream);
const fields = new Fields(page.fields);
const history = new History(page.api, { first: page.first });
const live = new Live({ url: page.ws, stream: page.stream, gaps, also: fresh.callbacks });
const head = new Head(live);
fresh.watch(live);

const asked = readAddress(location.search);
const now = () => live.edge();
const timeline = new Timeline({ spanS: asked.lastS ?? page.window_s, onChange: moved });
const pictured = Promise.withResolvers();
const loaded = controlsLater();
const attach = (over, timeAt) => {
  const end = loaded.then((found) => found.attach(over, timeAt));
  return () => end.then((detach) => detach());
};
const board = new Board(byId("kpis"), byId("charts"), { live: head, history, attach }, request);
const choice = new Choice(arrangement());
const bar = new Bar(page.stream, { retry: () => live.retry() });
const player = new Player(timeline, { now });
const scale = byId("scale");

/** @type {import("./controls.js").Controls | null} */
let controls = null;
/** The fields that are shown, in order. @type {import("./data/fields.js").Field[]} */
let shown = [];
let arranged = -1;
let drawn = -1;
let learnedAt = -Infinity;
let isFresh = true;
let isBanded = true;
let shownRange = null;
let shownAt = 0;
let stoodAt = 0;
let settling = 0;
let learning = 0;

live.listen({ ticks: came, greeted });
head.listen({ ticks: took, moved: () => show(), broke: () => request() });
choice.onChange(arrange);
scale.addEventListener("click", () => band(!isBanded));
setInterval(request, PULSE_MS);
begin();

/** For scripts and tests: the `t` of all ticks received, in order, the last 20,000; what each card shows; the time shown. */
window.tickMonitor = {
  seen: () => [...live.seen],
  played: () => [...(controls?.replaying.seen ?? [])],
  replay: () => controls?.replaying.place ?? null,
  cards: () => board.told(),
  range: () => timeline.range(now()),
  timeline,
};

/** What came with the address is not the viewer's own: it is kept in the address alone. */
function arrangement() {
  if (asked.arrangement) return { given: asked.arrangement, keeper: new Nowhere() };
  const keeper = page.user === null ? new Browser(page.stream) : new Account(`${page.api}board/`, page.user);
  return { given: keeper.load(page.board), keeper };
}

/** What is known of the stream already, and then what can wait. The page goes on without it. */
async function begin() {
  live.suppose(page.latest);
  if (page.latest) fields.learn(page.latest);
  fields.learnStored(page.known);
  byId("address-note").hidden = asked.faults.length === 0;
  setText(byId("address-note"), _("The address of this page was not understood: {faults}.", { faults: asked.faults.join("; ") }));
  if (asked.stretch) timeline.show(...(asked.replay ? [asked.replay.at - page.window_s, asked.replay.at] : Object.values(asked.stretch)));
  arrange();
  show();
  await new Promise((resolve) => setTimeout(resolve, LATER_MS));
  live.suppose(null, await history.newest(NEWEST).catch(() => []));
}

/** @returns {Promise<import("./controls.js").Controls>} once the first picture is drawn */
async function controlsLater() {
  await Promise.race([pictured.promise, new Promise((resolve) => setTimeout(resolve, UNDRAWN_MS))]);
  const { Controls } = await later(() => import("./controls.js"));
  const parts = { timeline, now, live, head, history, gaps, fresh, choice, board, asked, redraw: request };
  controls = new Controls({ ...parts, shown: () => shown, page });
  controls.list(fields.list);
  return controls;
}

/** The server's clock is known now, and the source's by its newest tick: this computer's was taken before. */
function greeted() {
  const expected = shownRange.to + (performance.now() - shownAt) / 1000;
  if (timeline.isLive && Math.abs(now() - expected) > CLOCKS_APART_S) show();
  if (live.last) arrange();
  request();
}

/** What was there when the page was loaded is no news. */
function came(ticks, epoch) {
  const { first } = live;
  timeline.took(ticks.filter(({ t }) => epoch !== first?.epoch || t > first.t).length);
}

/** Of what is shown, live or replayed. */
function took(ticks) {
  isFresh = true;
  // Every tick is looked at in the beginning; later a new field may take a second to be seen.
  if (live.seen.length <= LEARNED_FIRST || performance.now() - learnedAt > LEARN_MS) {
    learnedAt = performance.now();
    for (const tick of ticks.slice(-LEARNED_FIRST)) fields.learn(tick);
    if (fields.version !== arranged) arrange();
  }
  request();
}

function arrange() {
  if (live.last) fields.learn(live.last);
  arranged = fields.version;
  const list = fields.list;
  if (list.length === 0) return;
  shown = choice.sort(list, ({ path }) => path).filter(({ path }) => !choice.isHidden(path));
  board.arrange(shown, choice.value.pinned);
  if (drawn !== arranged) controls?.list(list);
  drawn = arranged;
  isFresh = true;
  request();
}

/** The viewer moved through the time. Many steps in a row, as of a wheel, are one. */
function moved() {
  stoodAt = head.now();
  controls?.moved();
  player.draw(isStill());
  controls?.draw(valueOf, isStill());
  root.classList.toggle("is-past", !timeline.isLive);
  clearTimeout(settling);
  if (timeline.held === "paused") hold();
  else settling = setTimeout(show, SETTLED_MS);
  isFresh = true;
  board.expire();
}

function hold() {
  const range = timeline.range(now());
  shownRange = { ...range, isLive: false };
  board.hold(range);
}

/** Reads what is stored of the range. */
function show() {
  const range = timeline.range(now());
  shownRange = { ...range, isLive: timeline.isMoving };
  shownAt = performance.now();
  board.load(shownRange);
  clearTimeout(learning);
  learning = setTimeout(() => learnGaps(range), LATER_MS);
}

/** Why there is nothing where there is nothing; without it, that is just not known. */
async function learnGaps(range) {
  const found = await history.gaps(range).catch(() => []);
  found.forEach((gap) => gaps.add(gap));
  request();
}

function band(wanted) {
  isBanded = wanted;
  scale.setAttribute("aria-pressed", String(isBanded));
  isFresh = true;
  board.expire();
}

function draw() {
  const state = fresh.state(timeline.held);
  const { roundTripMs, status } = live;
  const ageS = live.last && !isStill() ? live.now() - live.last.ts : NaN;
  const latency = isStill() ? null : fresh.latency.measure();
  player.draw(isStill());
  bar.show({ state, ageS, latency, roundTripMs, link: status, news: player.news, shown: shownWords() });
  controls?.draw(valueOf, isStill());
  byId("empty").hidden = state !== "empty";
  if (!board.draw(sight(), isFresh)) return;
  isFresh = false;
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
  return words(timeline.range(now()), timeline.isLive, now());
}

function valueOf(path) {
  return head.last ? valueAt(head.last, fields.get(path)?.keys ?? []) : undefined;
}

function sight() {
  const { from, to } = timeline.range(now());
  return {
    from,
    to,
    now: timeline.isMoving ? head.now() : stoodAt,
    known: gaps.between(from, to),
    patience: head.patience,
    quiet: timeline.isLive ? fresh.quiet : timeline.isMoving ? "silent" : "unstored",
    isLive: timeline.isLive,
    isBanded,
    isStale: (...seen) => timeline.isLive && fresh.isStale(...seen),
  };
}
