import { _ } from "../i18n.js";

const CLOSER = 0.5;
const PAN_PART = 0.25;
const TYPING = "input:not([type=range]), select, textarea, [contenteditable]";
/** The space bar presses these themselves. */
const PRESSED = `${TYPING}, a, button, summary, [role="button"]`;

/** What each key does, for whoever tells it to people. @type {{keys: string[], does: string}[]} */
export const KEYS = [
  { keys: ["Space"], does: _("pause, or go on live; in a replay: pause, or play") },
  { keys: ["L"], does: _("go to live") },
  { keys: ["+", "−"], does: _("zoom in, zoom out") },
  { keys: ["0"], does: _("back to the span that was chosen last") },
  { keys: ["Shift+←", "Shift+→"], does: _("a quarter earlier, a quarter later") },
  { keys: ["R"], does: _("replay what is shown, or end the replay") },
  { keys: [",", "."], does: _("in a replay: one tick back, one tick on") },
  { keys: ["F"], does: _("open or close the fields") },
];

/**
 * Moves through the time by single keys, but not while the viewer types.
 *
 * @param {import("./timeline.js").Timeline} timeline
 * @param {object} options
 * @param {() => number} options.now  the server's time, UNIX seconds
 * @param {() => void} [options.fields]  opens or closes the drawer of fields
 * @param {import("../replay/replaying.js").Replaying} [options.replaying]
 * @returns {() => void} listens no longer
 */
export function keys(timeline, { now, fields, replaying }) {
  const zoom = (factor) => (goesOn) => {
    const { from, to } = timeline.range(now());
    return timeline.zoom(factor, (from + to) / 2, now(), goesOn);
  };
  const pan = (part) => (goesOn) => timeline.pan(part * timeline.spanS, now(), goesOn);
  const once = (act) => (_, isRepeat) => void (isRepeat || act());
  const acts = {
    " ": once(() => {
      if (timeline.held === "replay") replaying.toggle();
      else if (timeline.isLive) timeline.pause(now());
      else timeline.goLive();
    }),
    l: once(() => timeline.isLive || timeline.goLive()),
    "+": zoom(CLOSER),
    "=": zoom(CLOSER),
    "-": zoom(1 / CLOSER),
    "−": zoom(1 / CLOSER),
    _: zoom(1 / CLOSER),
    0: once(() => timeline.follow(timeline.preset)),
    f: once(() => fields?.()),
    r: once(() => replaying?.turn()),
    ",": () => void replaying?.step(-1),
    ".": () => void replaying?.step(1),
    "shift+arrowleft": pan(-PAN_PART),
    "shift+arrowright": pan(PAN_PART),
  };
  let hasChanged = false;

  const press = (event) => {
    const { key, repeat } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target instanceof Element && event.target.closest(key === " " ? PRESSED : TYPING)) return;
    const name = key.startsWith("Arrow") && event.shiftKey ? `shift+${key.toLowerCase()}` : key.toLowerCase();
    const act = Object.hasOwn(acts, name) ? acts[name] : null;
    if (act === null) return;
    event.preventDefault();
    if (!repeat) hasChanged = false;
    if (act(hasChanged, repeat) === true) hasChanged = true;
  };

  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
