import { STATES, worst } from "./fresh/health.js";
import { _ } from "./i18n.js";
import { setText } from "./look/dom.js";
import { setIcon } from "./look/favicon.js";
import { decimal } from "./look/units.js";
import { inWords, spokenWords } from "./streams/card.js";
import { tally } from "./streams/entry.js";
import { watch } from "./streams/watch.js";

const KEY = "tick-monitor-streams-order";
const FEW = 8;
const NAME = `${_("Streams")} · Tick Monitor`;
const byId = (id) => document.getElementById(id);
const sorts = document.querySelectorAll("[data-by]");
let spoken = null;

const list = watch((entries, isOld, isHeld) => {
  if (isHeld) sayHeld();
  else say(entries, isOld);
  byId("filter").hidden = entries.length <= FEW && byId("wanted").value === "";
  byId("none").hidden = entries.length > 0;
  filter();
});

sort(remembered());
for (const button of sorts) button.addEventListener("click", () => sort(button.dataset.by));
byId("wanted").addEventListener("input", filter);

function say(entries, isOld) {
  const counts = tally(entries.map(({ state }) => state));
  const state = isOld ? "offline" : worst(counts.keys());
  const { shape, word } = STATES[state];
  const count = isOld ? 0 : (counts.get(state) ?? 0);
  const told = [shape, count > 0 ? decimal(count, 0) : "", word].filter(Boolean).join(" ");
  document.title = entries.length > 0 || isOld ? `${told} · ${NAME}` : NAME;
  setIcon(state, count);
  setText(byId("tally"), isOld ? _("last known: {counts}", { counts: inWords(counts) }) : inWords(counts));
  speak(isOld ? _("offline: nothing new is known") : spokenWords(tally(entries.map(({ settled }) => settled))));
}

function sayHeld() {
  const { shape, word } = STATES.paused;
  document.title = `${shape} ${word} · ${NAME}`;
  setIcon("paused");
  speak(word);
}

/** Only what changed, and not what was there when the page came. */
function speak(words) {
  if (spoken !== null && spoken !== words) setText(byId("spoken"), words);
  spoken = words;
}

function filter() {
  const wanted = byId("wanted").value;
  const count = list.filter(wanted);
  byId("no-match").hidden = count > 0 || wanted.trim() === "";
  setText(byId("no-match-words"), wanted.trim());
}

function sort(by) {
  for (const button of sorts) button.setAttribute("aria-pressed", String(button.dataset.by === by));
  list.sortBy(by);
  try {
    localStorage.setItem(KEY, by);
  } catch {
    // Storage may be forbidden; the order then lasts as long as the page.
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY) === "name" ? "name" : "state";
  } catch {
    return "state";
  }
}
