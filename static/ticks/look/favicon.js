const SIDE = 32;
const MOST = 9;

/** What each state looks like where there is no style sheet: its ground, then its own shape. */
const DRAWINGS = {
  offline: ["#c62828", '<path d="M9 9l14 14m0-14L9 23" stroke-width="4.4"/>'],
  stale: ["#9a5b00", '<circle cx="16" cy="16" r="8.5" stroke-width="3.4" stroke-dasharray="5 3.9"/>'],
  slow: ["#9a5b00", '<circle cx="16" cy="16" r="8.5" stroke-width="2.6"/><path d="M16 7.5a8.5 8.5 0 0 0 0 17z" fill="#fff"/>'],
  paused: ["#6a4fb3", '<path d="M12 9v14m8-14v14" stroke-width="4.4"/>'],
  past: ["#6a4fb3", '<path d="M9.5 10.5a9 9 0 1 1-2 8M9 5v6h6" stroke-width="3"/>'],
  hidden: ["#6a4fb3", '<path d="M21 20a9 9 0 1 1-6-12 7.5 7.5 0 0 0 6 12z" stroke-width="2.6"/>'],
  empty: ["#656b76", '<circle cx="16" cy="16" r="8.5" stroke-width="3"/>'],
  connecting: ["#656b76", '<circle cx="16" cy="16" r="8.5" stroke-width="3"/>'],
};

let calm = null;
let shown = "";

/**
 * Draws the page's icon: a state's shape, and how many things are in it. Where all is well it is the site's own.
 *
 * @param {keyof import("../fresh/health.js").STATES} state
 * @param {number} [count]  0: no number
 */
export function setIcon(state, count = 0) {
  const link = document.querySelector('link[rel="icon"]');
  if (!link || shown === `${state} ${count}`) return;
  shown = `${state} ${count}`;
  calm ??= link.href;
  link.href = iconOf(state, count) ?? calm;
}

/** @param {string} state @param {number} count @returns {string | null} as a data URL; null for the site's own icon */
export function iconOf(state, count) {
  if (!(state in DRAWINGS)) return null;
  const [ground, shape] = DRAWINGS[state];
  const drawing =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}">` +
    `<rect width="${SIDE}" height="${SIDE}" rx="7" fill="${ground}"/>` +
    `<g fill="none" stroke="#fff" stroke-linecap="round">${shape}</g>${badge(count)}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

function badge(count) {
  if (count === 0) return "";
  const text = count > MOST ? `${MOST}+` : String(count);
  const width = text.length > 1 ? 21 : 15;
  return (
    `<rect x="${SIDE - width}" y="14" width="${width}" height="18" rx="5" fill="#16181d" stroke="#fff" stroke-width="1.5"/>` +
    `<text x="${SIDE - width / 2}" y="28.5" fill="#fff" font-family="Arial,sans-serif" font-size="15" font-weight="bold" ` +
    `text-anchor="middle">${text}</text>`
  );
}
