import { _ } from "../i18n.js";

const CLOSER = 0.5;
const PAN_PART = 0.25;
/** What has these keys for itself. */
const TYPING = "input:not([type=range]), select, textarea, dialog, [contenteditable]";
/** The space bar presses these themselves. */
const PRESSED = `${TYPING}, a, button, summary, [role="button"]`;
/** How keys are called, where that is not what they write. Some write the same with another finger. */
const NAMES = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", "=": "+", "-": "−", _: "−" };

/**
 * What keys do: `acts` makes what each of `keys` does, in their order; of a held key nothing is done twice but what
 * changes a little at a time. An act that changed what is shown answers true; `goesOn` is true where the held key did so before.
 *
 * @typedef {(goesOn: boolean, isRepeat: boolean) => boolean | void} Act
 * @typedef {{keys: string[], does: string, acts: (page: Page) => Act[]}} Row
 *
 * @typedef {object} Page
 * @property {import("./timeline.js").Timeline} timeline
 * @property {() => number} now  the server's time, UNIX seconds
 * @property {() => void} [fields]  opens or closes the drawer of fields
 * @property {() => void} [help]  opens the list of keys
 * @property {import("../replay/replaying.js").Replaying} [replaying]
 */

/** Those that act anywhere on the page. @type {Row[]} */
export const KEYS = [
  { keys: ["Space"], does: _("pause, or go on live; in a replay: pause, or play"), acts: (page) => [once(() => hold(page))] },
  { keys: ["L"], does: _("go to live"), acts: ({ timeline }) => [once(() => timeline.isLive || timeline.goLive())] },
  { keys: ["+", "−"], does: _("zoom in, zoom out"), acts: (page) => [zoom(page, CLOSER), zoom(page, 1 / CLOSER)] },
  {
    keys: ["0"],
    does: _("back to the span that was chosen last"),
    acts: ({ timeline }) => [once(() => timeline.follow(timeline.preset))],
  },
  {
    keys: ["Shift+←", "Shift+→"],
    does: _("a quarter earlier, a quarter later"),
    acts: (page) => [pan(page, -PAN_PART), pan(page, PAN_PART)],
  },
  {
    keys: ["B"],
    does: _("back to what was shown before"),
    acts: ({ timeline, now }) => [once(() => timeline.back(now()))],
  },
  { keys: ["R"], does: _("replay what is shown, or end the replay"), acts: ({ replaying }) => [once(() => replaying?.turn())] },
  {
    keys: [",", "."],
    does: _("in a replay: one tick back, one tick on"),
    acts: ({ replaying }) => [() => void replaying?.step(-1), () => void replaying?.step(1)],
  },
  { keys: ["F"], does: _("open or close the fields"), acts: ({ fields }) => [once(() => fields?.())] },
  { keys: ["?"], does: _("open this list"), acts: ({ help }) => [once(() => help?.())] },
];

/**
 * Does what single keys ask for, but not while the viewer types.
 *
 * @param {Page & {areOn?: () => boolean}} page  `areOn`: whether keys act at all
 * @returns {() => void} listens no longer
 */
export function keys({ areOn = () => true, ...page }) {
  const acts = actsOf(KEYS, page);
  let hasChanged = false;

  const press = (event) => {
    const { target, repeat } = event;
    const name = nameOf(event);
    if (name === null || event.defaultPrevented || !acts.has(name) || !areOn()) return;
    if (target instanceof Element && target.closest(name === "Space" ? PRESSED : TYPING)) return;
    event.preventDefault();
    if (!repeat) hasChanged = false;
    if (acts.get(name)(hasChanged, repeat) === true) hasChanged = true;
  };

  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

/** @template P @param {{keys: string[], acts: (page: P) => Act[]}[]} rows @param {P} page @returns {Map<string, Act>} by key */
export function actsOf(rows, page) {
  return new Map(rows.flatMap((row) => row.acts(page).map((act, i) => [row.keys[i], act])));
}

/** @param {KeyboardEvent} event @returns {string | null} how the key is called; null: it is the browser's */
export function nameOf({ key, shiftKey, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return null;
  const name = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  // What writes something with Shift says so by what it writes.
  return shiftKey && key.length > 1 ? `Shift+${name}` : name;
}

function once(act) {
  return (goesOn, isRepeat) => void (isRepeat || act());
}

function hold({ timeline, now, replaying }) {
  if (timeline.held === "replay") replaying.toggle();
  else if (timeline.isLive) timeline.pause(now());
  else timeline.goLive();
}

function zoom({ timeline, now }, factor) {
  return (goesOn) => {
    const { from, to } = timeline.range(now());
    return timeline.zoom(factor, (from + to) / 2, now(), goesOn);
  };
}

function pan({ timeline, now }, part) {
  return (goesOn) => timeline.pan(part * timeline.spanS, now(), goesOn);
}
