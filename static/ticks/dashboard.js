import { Bar } from "./fresh/bar.js";
import { Board } from "./board/board.js";
import { layoutFor } from "./data/discover.js";
import { follow } from "./feed.js";
import { judge } from "./fresh/health.js";
import { painter } from "./look/paint.js";
import { Store } from "./data/store.js";

const SEEN_KEPT = 20000;
const PULSE_MS = 500;

/**
 * The page's own data, written by the server.
 *
 * @type {{stream: string, ws: string, window_s: number,
 *   fields: Record<string, {unit?: string, label?: string}>}}
 */
const page = JSON.parse(document.getElementById("page").textContent);
const root = document.documentElement;
const store = new Store(page.window_s);
const request = painter(draw);
const board = new Board(document.getElementById("kpis"), document.getElementById("charts"), request);
const bar = new Bar(page.stream, { pause: togglePause, retry: () => feed.retry() });
const seen = [];

let isBuilt = false;
let greeted = false;
let downSince = Date.now();
let caughtUpAt = Infinity;
let aliveAt = -Infinity;
let paused = false;
let held = 0;
let isFresh = false;

const feed = follow({
  url: page.ws,
  stream: page.stream,
  fromTs: -page.window_s,
  onHello,
  onTicks,
  onGap: ({ reason }) => store.breakOff(reason),
  onState: ({ state }) => {
    if (state === "live" || state === "hidden") downSince = null;
    else downSince ??= Date.now();
    request();
  },
});
setInterval(request, PULSE_MS);

/** For scripts and tests: the `t` of every tick received since the page was loaded, in order, the last 20,000. */
window.tickMonitor = { seen: () => [...seen] };

function onHello({ latest, newest_t: newestT }, resumed) {
  if (greeted && !resumed) store.breakOff("epoch");
  greeted = true;
  caughtUpAt = newestT ?? -Infinity;
  if (latest) {
    build([latest]);
    store.last ??= latest;
    aliveAt = Math.max(aliveAt, latest.ts);
  }
  request();
}

function onTicks(ticks, { last_t: lastT }) {
  if (ticks.length === 0) return;
  build(ticks);
  for (const tick of ticks) {
    store.add(tick);
    seen.push(tick.t);
  }
  if (seen.length > SEEN_KEPT) seen.splice(0, seen.length - SEEN_KEPT);
  if (paused) held += ticks.length;
  isFresh = true;
  // A tick that came live shows that the source lives, whatever the source's own clock says.
  aliveAt = Math.max(aliveAt, lastT > caughtUpAt ? feed.now() : ticks.at(-1).ts);
  request();
}

function build(ticks) {
  if (isBuilt) return;
  isBuilt = true;
  const layout = layoutFor(ticks, page.fields);
  store.watch([...layout.kpis, ...layout.charts.flatMap(({ series }) => series)]);
  board.build(layout, store);
}

function togglePause() {
  paused = !paused;
  held = 0;
  if (paused) board.freeze(edge(), page.window_s);
  else board.expire();
  request();
}

function draw() {
  const now = feed.now();
  const downS = downSince === null ? 0 : (Date.now() - downSince) / 1000;
  const state = judge({
    link: feed.status.state,
    downS,
    greeted,
    hasTick: store.last !== null,
    quietS: now - aliveAt,
    intervalS: store.cadence.interval,
    paused,
  });
  const { roundTripMs, status } = feed;
  bar.show({ state, ageS: store.last ? now - store.last.ts : NaN, paused, held, roundTripMs, link: status });
  document.getElementById("empty").hidden = state !== "empty";
  root.classList.toggle("is-paused", paused);
  if (paused) return;
  if (!board.draw(edge(), page.window_s, isFresh)) return;
  isFresh = false;
  if (seen.length > 0) root.dataset.lastT = String(seen.at(-1));
}

/** The window ends now by the server's clock; later where the source's clock is ahead of it. */
function edge() {
  return Math.max(feed.now(), store.last?.ts ?? 0);
}
