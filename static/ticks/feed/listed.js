/** @param {string[]} paths @returns {string} as a query takes them: with commas between, or as JSON where one has a comma itself */
export function listed(paths) {
  return paths.some((path) => path.includes(",") || path.startsWith("[")) ? JSON.stringify(paths) : paths.join(",");
}
