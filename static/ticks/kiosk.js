import { Choice } from "./board/drawer/choice.js";
import { readPage, Scene } from "./board/scene.js";
import { Hanging } from "./kiosk/hanging.js";
import { hidePointer } from "./kiosk/idle.js";
import { Strip } from "./kiosk/strip.js";
import { Watch } from "./kiosk/watch.js";
import { readAddress } from "./share/address.js";

const NOTHING = { pinned: [], hidden: [], order: [] };

/** @type {import("./board/scene.js").Page & {edition: string}} */
const page = readPage();
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const asked = readAddress(location.search);

const choice = new Choice({ given: asked.arrangement ?? NOTHING });
const hanging = new Hanging(byId("charts"), byId("left-out"));
const strip = new Strip(page.stream);
const watch = new Watch(page.edition, over);
const company = { arranged: () => hanging.show(scene.board.roots), draw, status: ({ state }) => state === "stopped" && over() };
// A screen is never left: it has nothing to rest for, and no other tab to share with.
const connection = { hiddenAfterS: 0, share: false };
const scene = new Scene({ page, spanS: asked.lastS, choice, company, connection });

let wasGreeted = false;

scene.live.listen({ greeted });
hidePointer(root);
scene.begin();
root.classList.toggle("is-running", isWhole());
window.tickMonitor = scene.told;

/** Without what did not come, `guard.js` loads the page anew. */
function isWhole() {
  return window.uPlot !== undefined && [...document.querySelectorAll('link[rel="stylesheet"]')].every(({ sheet }) => sheet);
}

/** A server that comes back may be another one. */
function greeted() {
  if (wasGreeted) watch.look();
  wasGreeted = true;
}

/** Nothing is shown any more, and nothing asked for: `guard.js` looks whether the link holds again. */
function over() {
  scene.end();
  byId("over").hidden = false;
  byId("strip").hidden = byId("wall").hidden = true;
  strip.end(byId("over").querySelector("h1").textContent);
  root.classList.remove("is-running");
}

function draw(state) {
  const { live, ageS } = scene;
  strip.show({ state, ageS, now: live.now(), link: live.status });
}
