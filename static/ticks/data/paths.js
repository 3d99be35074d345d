/**
 * The way to one value inside a tick: its keys from the outside in. Kept apart, because a key may hold dots itself.
 *
 * @typedef {string[]} Path
 */

const DEEPEST = 4;
const CLOCKS = new Set(["t", "ts"]);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** @param {object} tick @param {Path} path @returns {number} the value there; NaN when there is no finite number */
export function read(tick, path) {
  let value = tick;
  for (const key of path) value = value?.[key];
  return Number.isFinite(value) ? value : NaN;
}

/**
 * @param {object} tick
 * @param {string} pattern  dotted, where "*" stands for any one key: "disks.*.percent"
 * @returns {Path[]} the paths of that tick that it means
 */
export function expand(tick, pattern) {
  let found = [{ path: [], value: tick }];
  for (const part of pattern.split(".")) {
    found = found.flatMap(({ path, value }) => {
      if (!isObject(value)) return [];
      const keys = part === "*" ? Object.keys(value) : [part];
      return keys.map((key) => ({ path: [...path, key], value: value[key] }));
    });
  }
  return found.filter(({ value }) => Number.isFinite(value)).map(({ path }) => path);
}

/** @param {object[]} ticks @param {number} limit @returns {Path[]} paths of the first numbers found, but for t and ts */
export function numbers(ticks, limit) {
  const found = new Map();
  const walk = (value, path) => {
    if (Number.isFinite(value)) found.set(path.join("\n"), path);
    else if (isObject(value) && path.length < DEEPEST) {
      for (const key of Object.keys(value)) if (path.length > 0 || !CLOCKS.has(key)) walk(value[key], [...path, key]);
    }
  };
  for (const tick of ticks) walk(tick, []);
  return [...found.values()].slice(0, limit);
}

/**
 * @param {Record<string, {unit?: string, label?: string}>} fields  keys dotted, "*" for any one key
 * @param {Path} path
 * @returns {{unit: string, label: string}} what the stream says of a field; its own name where it says nothing
 */
export function describe(fields, path) {
  const name = path.join(".");
  const matches = (key) => {
    const parts = key.split(".");
    return parts.length === path.length && parts.every((part, i) => part === "*" || part === path[i]);
  };
  const about = fields[name] ?? fields[Object.keys(fields).find(matches) ?? ""] ?? {};
  return { unit: about.unit ?? "", label: about.label || name };
}
