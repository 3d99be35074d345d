const PALETTE = 8;
const cache = new Map();

/** @param {string} name  a custom property of the style sheet, without the dashes @returns {string} its present colour */
export function color(name) {
  if (!cache.has(name)) {
    cache.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  }
  return cache.get(name);
}

/** @param {() => void} then  called when the theme, and with it every colour, has changed */
export function onTheme(then) {
  const changed = () => {
    cache.clear();
    then();
  };
  document.addEventListener("themechange", changed);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/**
 * Gives each series of a chart a place in the palette: its own if it has one, else one that follows from its name,
 * so that a field keeps its colour over reloads; the next free one where two fields meet.
 *
 * @param {{name: string, color?: number}[]} series
 * @returns {string[]} names for color()
 */
export function assign(series) {
  const taken = new Set();
  return series.map(({ name, color: wanted }) => {
    let place = wanted ?? hash(name) % PALETTE;
    for (let tries = 0; taken.has(place) && tries < PALETTE; tries += 1) place = (place + 1) % PALETTE;
    taken.add(place);
    return `series-${place}`;
  });
}

function hash(text) {
  let sum = 2166136261;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 16777619);
  return sum >>> 0;
}
