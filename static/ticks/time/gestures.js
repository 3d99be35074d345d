import { drags } from "./gestures/drag.js";
import { touches } from "./gestures/touch.js";
import { wheel } from "./gestures/wheel.js";

/**
 * What the gestures on one chart act upon.
 *
 * @typedef {object} Ground
 * @property {HTMLElement} over  the chart's plotting area
 * @property {(px: number) => number} timeAt  UNIX seconds drawn at so many pixels from its left edge
 * @property {import("./timeline.js").Timeline} timeline
 * @property {() => number} now  the server's time, UNIX seconds
 */

/**
 * Lets mouse, wheel, trackpad and fingers move through the time: drag to zoom in, Shift+drag to pan, double click to go
 * back; Ctrl, Shift or Meta with the wheel, or a pinch, to zoom; sideways to pan. The page's own scrolling goes on.
 *
 * @param {HTMLElement} over
 * @param {Omit<Ground, "over">} ground
 * @returns {() => void} takes all of it away again
 */
export function gestures(over, ground) {
  const events = new AbortController();
  const given = { ...ground, over };
  over.classList.add("time-ground");
  let byFinger = false;
  const listen = (name, then, options) => over.addEventListener(name, then, { signal: events.signal, ...options });
  listen("pointerdown", ({ pointerType }) => (byFinger = pointerType === "touch"), { passive: true, capture: true });
  // Before the chart's own double click, which would show all data. A finger's double tap is told by touches().
  listen("dblclick", (event) => {
    event.stopImmediatePropagation();
    if (!byFinger) ground.timeline.back(ground.now());
  }, { capture: true });
  const ends = [drags(given, listen), touches(given, listen), wheel(given, listen)];
  return () => {
    for (const end of ends) end();
    events.abort();
    over.classList.remove("time-ground");
  };
}
