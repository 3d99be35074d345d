/**
 * The way to one value inside a tick: its keys from the outside in. Kept apart, because a key may hold dots itself.
 *
 * @typedef {string[]} Keys
 */

/** @param {unknown} value @returns {boolean} whether it has keys of its own */
export function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** @param {object} tick @param {Keys} keys @returns {unknown} what stands there; undefined where nothing does */
export function valueAt(tick, keys) {
  let value = tick;
  for (const key of keys) {
    value = within(value, key);
    if (value === undefined) return keys.length > 1 ? dotted(tick, keys) : undefined;
  }
  return value;
}

/** Of an object what is its own, and of an array; a text has no parts. */
function within(value, key) {
  return value !== null && typeof value === "object" && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A key may hold dots itself, and of what is stored the path alone is known. */
function dotted(value, keys) {
  if (keys.length === 0) return value;
  for (let end = 1; end <= keys.length; end += 1) {
    const inner = within(value, keys.slice(0, end).join("."));
    const found = inner === undefined ? undefined : dotted(inner, keys.slice(end));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param {object} tick @param {Keys} keys @returns {number} as the archive counts it: booleans as 0 and 1; NaN for no number */
export function read(tick, keys) {
  const value = valueAt(tick, keys);
  if (typeof value === "number") return value;
  return typeof value === "boolean" ? Number(value) : NaN;
}

/** @param {string} pattern  keys with dots between them, where "*" stands for any one @param {Keys} keys @returns {boolean} */
export function isMeant(pattern, keys) {
  const parts = pattern.split(".");
  return parts.length === keys.length && parts.every((part, i) => part === "*" || part === keys[i]);
}
