const collator = new Intl.Collator(undefined, { numeric: true });
const RANK = { number: 0, boolean: 0, string: 1 };
const LAST = 2;

/** Which column a table is sorted by, and how. */
export class Sorting {
  /** @type {import("./columns.js").Column | null} */
  column = null;
  isRising = true;

  /** One more click on a head: numbers fall first, texts rise first; then the other way; then as they came. */
  toggle(column) {
    const first = !column.isNumber;
    if (this.column !== column) Object.assign(this, { column, isRising: first });
    else if (this.isRising === first) this.isRising = !first;
    else this.column = null;
  }

  /** @param {import("./columns.js").Column} column @returns {"ascending" | "descending" | "none"} for aria-sort */
  of(column) {
    if (this.column !== column) return "none";
    return this.isRising ? "ascending" : "descending";
  }

  /** @param {object[]} items @returns {object[]} sorted; equal ones as they came, those without a value last */
  apply(items) {
    if (this.column === null) return items;
    const keyed = items.map((item) => ({ item, value: this.column.read(item) }));
    return keyed.sort((a, b) => this.#compare(a.value, b.value)).map(({ item }) => item);
  }

  #compare(a, b) {
    const [rankA, rankB] = [RANK[typeof a] ?? LAST, RANK[typeof b] ?? LAST];
    if (rankA === LAST || rankB === LAST) return rankA - rankB;
    const order = rankA - rankB || (rankA === 1 ? collator.compare(a, b) : a - b);
    return this.isRising ? order : -order;
  }
}
