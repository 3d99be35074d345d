import { Board } from "./board/board.js";
import { Choice } from "./board/drawer/choice.js";
import { Fields } from "./data/fields.js";
import { Gaps } from "./data/gaps.js";
import { History } from "./data/history.js";
import { Live } from "./data/live.js";
import { Freshness } from "./fresh/freshness.js";
import { Hanging } from "./kiosk/hanging.js";
import { hidePointer } from "./kiosk/idle.js";
import { Strip } from "./kiosk/strip.js";
import { Watch } from "./kiosk/watch.js";
import { painter } from "./look/paint.js";
import { readAddress } from "./share/address.js";
import { Timeline } from "./time/timeline.js";

const PULSE_MS = 500;
const LATER_MS = 300;
const LEARN_MS = 1000;
/** So many ticks tell how often there is one, and which fields it has. */
const NEWEST = 20;
const CLOCKS_APART_S = 2;
const NOTHING = { pinned: [], hidden: [], order: [] };

/**
 * The page's own data, written by the server.
 *
 * @type {{stream: string, ws: string, api: string, link: string, edition: string, window_s: number,
 *   fields: Record<string, {unit?: string, label?: string}>, known: {path: string, type: string}[], latest: object | null}}
 */
const page = JSON.parse(document.getElementById("page").textContent);
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const request = painter(draw);
const asked = readAddress(location.search);

const gaps = new Gaps();
const fresh = new Freshness(page.stream);
const fields = new Fields(page.fields);
const history = new History(page.api, { link: page.link });
const url = `${page.ws}?${new URLSearchParams({ link: page.link })}`;
const also = { ...fresh.callbacks, onHello, onState };
// A screen is never left: it has nothing to rest for, and no other tab to share with.
const live = new Live({ url, stream: page.stream, gaps, also, hiddenAfterS: 0, share: false });
fresh.watch(live);

const now = () => live.edge();
const timeline = new Timeline({ spanS: asked.lastS ?? page.window_s });
const board = new Board(byId("kpis"), byId("charts"), { live, history, attach: () => () => {} }, request);
const choice = new Choice({ given: asked.arrangement ?? NOTHING });
const hanging = new Hanging(byId("charts"), byId("left-out"));
const strip = new Strip(page.stream);
const watch = new Watch(page.edition, over);

let arranged = -1;
let learnedAt = -Infinity;
let isFresh = true;
let isOver = false;
let wasGreeted = false;
let shownAt = 0;
let shownTo = 0;

live.listen({ greeted, ticks: took, moved: show, broke: () => request() });
setInterval(request, PULSE_MS);
hidePointer(root);
begin();
root.classList.toggle("is-running", isWhole());

/** For scripts and tests: the `t` of all ticks received, in order, the last 20,000; what each card shows; the time shown. */
window.tickMonitor = { seen: () => [...live.seen], cards: () => board.told(), range: () => timeline.range(now()), timeline };

/** Without what did not come, `guard.js` loads the page anew. */
function isWhole() {
  return window.uPlot !== undefined && [...document.querySelectorAll('link[rel="stylesheet"]')].every(({ sheet }) => sheet);
}

async function begin() {
  live.suppose(page.latest);
  if (page.latest) fields.learn(page.latest);
  fields.learnStored(page.known);
  arrange();
  show();
  await new Promise((resolve) => setTimeout(resolve, LATER_MS));
  live.suppose(null, await history.newest(NEWEST).catch(() => []));
}

/** A server that comes back may be another one. */
function onHello(hello, resumed) {
  fresh.callbacks.onHello(hello, resumed);
  if (wasGreeted) watch.look();
  wasGreeted = true;
}

function onState(status) {
  fresh.callbacks.onState(status);
  if (status.state === "stopped") over();
}

/** Nothing is shown any more, and nothing asked for: `guard.js` looks whether the link holds again. */
function over() {
  isOver = true;
  byId("over").hidden = false;
  byId("strip").hidden = byId("wall").hidden = true;
  board.arrange([], []);
  strip.end(byId("over").querySelector("h1").textContent);
  root.classList.remove("is-running");
}

/** The server's clock is known now, and the source's by its newest tick: this computer's was taken before. */
function greeted() {
  const expected = shownTo + (performance.now() - shownAt) / 1000;
  if (Math.abs(now() - expected) > CLOCKS_APART_S) show();
  if (live.last) arrange();
  request();
}

function took(ticks) {
  isFresh = true;
  // Every tick is looked at in the beginning; later a new field may take a second to be seen.
  if (live.seen.length <= NEWEST || performance.now() - learnedAt > LEARN_MS) {
    learnedAt = performance.now();
    for (const tick of ticks.slice(-NEWEST)) fields.learn(tick);
    if (fields.version !== arranged) arrange();
  }
  request();
}

async function arrange() {
  if (live.last) fields.learn(live.last);
  arranged = fields.version;
  const shown = choice.sort(fields.list, ({ path }) => path).filter(({ path }) => !choice.isHidden(path));
  if (isOver || shown.length === 0) return;
  await board.arrange(shown, choice.value.pinned);
  hanging.show(board.roots);
  isFresh = true;
  request();
}

/** Reads what is stored of what is shown. */
function show() {
  if (isOver) return;
  const range = timeline.range(now());
  shownTo = range.to;
  shownAt = performance.now();
  board.load({ ...range, isLive: true });
  setTimeout(() => learnGaps(range), LATER_MS);
}

/** Why there is nothing where there is nothing; without it, that is just not known. */
async function learnGaps(range) {
  const found = await history.gaps(range).catch(() => []);
  found.forEach((gap) => gaps.add(gap));
  request();
}

function draw() {
  if (isOver) return;
  const state = fresh.state(null);
  strip.show({ state, ageS: live.last ? live.now() - live.last.ts : NaN, now: live.now(), link: live.status });
  byId("empty").hidden = state !== "empty";
  if (board.draw(sight(), isFresh)) isFresh = false;
}

function sight() {
  const { from, to } = timeline.range(now());
  return {
    from,
    to,
    now: live.now(),
    known: gaps.between(from, to),
    patience: live.patience,
    quiet: fresh.quiet,
    isLive: true,
    isBanded: true,
    isStale: (...seen) => fresh.isStale(...seen),
  };
}
