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
  for (const key of keys) value = value?.[key];
  return value;
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
