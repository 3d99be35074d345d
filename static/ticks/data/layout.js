/**
 * What a dashboard shows. Units name how raw values are written, see units.js; "bits" are bytes per second shown in bit/s.
 *
 * @typedef {object} SeriesSpec
 * @property {string} pattern  dotted path in a tick; "*" stands for any one key and gives a series for each
 * @property {string} [label]  absent: what "*" stood for
 * @property {number} [color]  place in the palette; absent: by the field's name
 * @property {boolean} [fill]  tint the area below
 *
 * @typedef {object} ChartSpec
 * @property {string} title
 * @property {string} unit
 * @property {number} [digits]  decimals; absent: three significant figures
 * @property {number} [top]  fixed upper end of the y axis, raw
 * @property {string} [topPath]  the field whose value is the upper end of the y axis
 * @property {boolean} [fromZero]  the y axis begins at 0; true when absent
 * @property {number[]} [thresholds]  thin lines at these values, raw
 * @property {SeriesSpec[]} series
 *
 * @typedef {object} KpiSpec
 * @property {string} label
 * @property {string} pattern  where it gives several, the greatest is shown, and named
 * @property {string} unit
 * @property {number} [digits]
 * @property {number} [top]  raw value at the upper end of its sparkline; absent: the greatest in sight
 * @property {boolean} [fromZero]  the sparkline's lower end is 0; true when absent
 *
 * @typedef {{kpis: KpiSpec[], charts: ChartSpec[]}} Layout
 */

const LOAD = [65, 90];

/** @type {Layout} the metrics of a host */
export const HOST = {
  kpis: [
    { label: "CPU", pattern: "cpu.percent", unit: "%", digits: 1, top: 100 },
    { label: "Memory", pattern: "memory.percent", unit: "%", digits: 1, top: 100 },
    { label: "Load, 1 min", pattern: "load.m1", unit: "", digits: 2 },
    { label: "Fullest disk", pattern: "disks.*.percent", unit: "%", digits: 1, top: 100 },
    { label: "Network in", pattern: "network.recv_bps", unit: "bits" },
    { label: "Network out", pattern: "network.sent_bps", unit: "bits" },
  ],
  charts: [
    {
      title: "CPU",
      unit: "%",
      digits: 1,
      top: 100,
      thresholds: LOAD,
      series: [
        { pattern: "cpu.percent", label: "total", color: 0, fill: true },
        { pattern: "cpu.user", label: "user", color: 1 },
        { pattern: "cpu.system", label: "system", color: 2 },
        { pattern: "cpu.iowait", label: "iowait", color: 3 },
      ],
    },
    {
      title: "Load",
      unit: "",
      digits: 2,
      series: [
        { pattern: "load.m1", label: "1 min", color: 0, fill: true },
        { pattern: "load.m5", label: "5 min", color: 1 },
        { pattern: "load.m15", label: "15 min", color: 2 },
      ],
    },
    {
      title: "Memory",
      unit: "B",
      topPath: "memory.total",
      series: [
        { pattern: "memory.used", label: "used", color: 0, fill: true },
        { pattern: "memory.cached", label: "cached", color: 1 },
        { pattern: "swap.used", label: "swap", color: 2 },
      ],
    },
    {
      title: "Network",
      unit: "bits",
      series: [
        { pattern: "network.recv_bps", label: "in", color: 0, fill: true },
        { pattern: "network.sent_bps", label: "out", color: 1 },
      ],
    },
    {
      title: "Disk I/O",
      unit: "B/s",
      series: [
        { pattern: "disk_io.read_bps", label: "read", color: 0, fill: true },
        { pattern: "disk_io.write_bps", label: "write", color: 1 },
      ],
    },
    {
      title: "Disk usage",
      unit: "%",
      digits: 1,
      top: 100,
      thresholds: LOAD,
      series: [{ pattern: "disks.*.percent" }],
    },
  ],
};
