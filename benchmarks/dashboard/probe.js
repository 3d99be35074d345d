/** What a page draws, and when, for whoever measures it; it runs before the page's own scripts. Times are in milliseconds. */
(() => {
  const KEPT_MS = 3000;
  const SHORTEST_MS = 16;
  const LIMIT_MS = 60_000;
  /** Points a range, a few more than are ever asked for: what lies closer together is still of a shorter one. */
  const MOST_POINTS = 1100;
  /** A moment that was sought has a tick so close to it, seconds. */
  const NEAR_S = 5;
  const counts = new Map();
  const paints = new Set();
  const inputs = { delays: [], paints: [] };
  let isNoted = false;

  const bench = {
    /** When the first chart with data was painted. @type {number | null} */
    firstData: null,
    /** How long each task of the main thread over 50 ms took. @type {number[]} */
    longTasks: [],
    /** How much of the page moved by itself how far, as browsers score it. */
    shift: 0,
    /** How many things moved up or down by themselves. */
    jumps: 0,
    /**
     * All that was painted soon after the page was shown again: how many milliseconds after, how often each chart until then.
     *
     * @type {{at: number, counts: number[], range: {from: number, to: number}, charts: object[]}[]}
     */
    shownAgain: [],

    /** @returns {number[]} how often each chart was drawn so far */
    counts() {
      for (const canvas of counts.keys()) if (!canvas.isConnected) counts.delete(canvas);
      return [...counts.values()];
    },

    /**
     * @param {number | null} after  null: all that the page still knows
     * @returns {{last: number, missing: number}} of the ticks after this one
     */
    received(after) {
      const all = tickMonitor.seen();
      let [last, missing] = [after, 0];
      for (const t of all.slice(all.indexOf(after) + 1)) {
        if (last !== null) missing += Math.abs(t - last - 1);
        last = t;
      }
      return { last, missing };
    },

    /** Notes from now on how long each input waits. */
    listen() {
      const note = ({ timeStamp }) => inputs.delays.push(performance.now() - timeStamp);
      for (const name of ["pointermove", "keydown"]) addEventListener(name, note, { capture: true });
      const take = ({ name, duration }) => name === "keydown" && inputs.paints.push(duration);
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(take));
      observer.observe({ type: "event", durationThreshold: SHORTEST_MS });
    },

    /** @returns {{delays: number[], paints: number[]}} until each was begun with; until the paint after a key, if over 16 ms */
    inputs: () => inputs,

    /**
     * Shows another range.
     *
     * @param {{from: number, to: number}} range  UNIX seconds
     * @returns {Promise<number>} until all charts in sight have painted it
     */
    show({ from, to }) {
      const began = performance.now();
      tickMonitor.timeline.show(from, to);
      return painted(began, () => isPainted(to - from));
    },

    /**
     * Goes to another moment of a replay.
     *
     * @param {number} part  of the stretch, 0 to 1
     * @returns {Promise<number>} until all charts in sight have painted it
     */
    seek(part) {
      const { from, to } = tickMonitor.replay();
      const slider = document.getElementById("replay-at");
      const at = from + part * (to - from);
      const began = performance.now();
      slider.value = String(part);
      slider.dispatchEvent(new Event("input"));
      return painted(began, () => areRead() && charts().some(({ x }) => Math.abs(x.at(-1) - at) < NEAR_S));
    },

    /** @returns {{last: number, missing: number}} of the ticks that a replay has played */
    played() {
      const all = tickMonitor.played();
      let missing = 0;
      for (let i = 1; i < all.length; i += 1) missing += Math.abs(all[i] - all[i - 1] - 1);
      return { last: all.at(-1), missing };
    },
  };
  window.bench = bench;

  countWipes();
  paints.add(first);
  document.addEventListener("visibilitychange", ({ timeStamp }) => document.hidden || again(timeStamp));
  observe("longtask", ({ duration }) => bench.longTasks.push(duration));
  observe("layout-shift", (moved) => moved.hadRecentInput || shifted(moved));

  /** A chart wipes its canvas whenever it is drawn. */
  function countWipes() {
    const wipe = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      wipe.apply(this, box);
      if (!this.canvas.closest(".uplot")) return;
      counts.set(this.canvas, (counts.get(this.canvas) ?? 0) + 1);
      note();
    };
  }

  /** Once a frame, when it is painted. */
  function note() {
    if (isNoted || paints.size === 0) return;
    isNoted = true;
    // The page draws in animation frames: a task of its own comes after the frame.
    setTimeout(() => {
      isNoted = false;
      const at = performance.now();
      for (const look of paints) look(at);
    });
  }

  function first(at) {
    if (!charts().some(hasData)) return;
    bench.firstData = at;
    paints.delete(first);
  }

  function again(since) {
    const before = bench.counts();
    bench.shownAgain = [];
    const take = (at) => {
      const drawn = bench.counts().map((count, i) => count - (before[i] ?? 0));
      bench.shownAgain.push({ at: at - since, counts: drawn, range: tickMonitor.range(), charts: charts() });
    };
    paints.add(take);
    setTimeout(() => paints.delete(take), KEPT_MS);
  }

  /** To the left or right go numbers that get another digit. */
  function shifted({ value, sources }) {
    bench.shift += value;
    bench.jumps += sources.filter(({ previousRect, currentRect }) => previousRect.y !== currentRect.y).length;
  }

  function painted(began, isThere) {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`not painted within ${LIMIT_MS} ms`)), LIMIT_MS);
      const look = (at) => {
        if (!isThere()) return;
        paints.delete(look);
        resolve(at - began);
      };
      paints.add(look);
    });
  }

  function areRead() {
    const cards = [...document.querySelectorAll(".card:has(.uplot)")].filter(isInSight);
    return !cards.some(({ ariaBusy }) => ariaBusy === "true");
  }

  function isPainted(spanS) {
    return areRead() && charts().some(({ x }) => x.length > 1 && (x.at(-1) - x[0]) / (x.length - 1) > spanS / MOST_POINTS);
  }

  function isInSight(card) {
    const { top, bottom } = card.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }

  function charts() {
    return (window.tickMonitor?.cards() ?? []).filter(({ mean }) => mean);
  }

  function hasData({ x, count }) {
    return x.length > 0 && count.some((line) => line.some((one) => one > 0));
  }

  function observe(type, take) {
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  }
})();
