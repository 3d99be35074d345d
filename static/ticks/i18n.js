/** Texts in the page's language by the English ones, as the server put them into the page; English pages have none. */
const TEXTS = read();

const ENGLISH = "en";
const language = globalThis.document?.documentElement.lang || ENGLISH;

/** In which dates are written: English pages leave that to the browser. @type {string | undefined} */
export const locale = language === ENGLISH ? undefined : language;

/**
 * A text for people. `script/messages` finds it by this call: it has to be written out here, not put together.
 *
 * @param {string} text  English; `{name}` stands where a value goes
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function _(text, values) {
  return fill(TEXTS[text] ?? text, values);
}

/**
 * A text that names a count, as `{count}`.
 *
 * @param {string} one  English, where the count is 1
 * @param {string} many  English, where it is not
 * @param {number} count
 * @param {Record<string, unknown>} [values]  besides
 * @returns {string}
 */
export function _n(one, many, count, values) {
  // All languages there are besides English have one form.
  return fill(TEXTS[one]?.[0] ?? (count === 1 ? one : many), { count, ...values });
}

function fill(text, values) {
  return values === undefined ? text : text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

function read() {
  const found = globalThis.document?.getElementById("texts");
  return found ? JSON.parse(found.textContent) : {};
}
