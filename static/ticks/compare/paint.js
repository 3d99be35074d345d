import { band, pieces } from "../board/chart/band.js";
import { color } from "../look/colors.js";

const LINE_PX = 1.5;
const POINT_PX = 2.5;
const DASH = [5, 4];
const PALE = 0.8;

/**
 * Draws the other lines over a chart's own: dashed, in the same colours, broken where there is no data.
 *
 * @param {import("uplot")} u
 * @param {import("./reading.js").Seen} seen
 * @param {string[]} names  of the lines' colours, for color()
 */
export function paint(u, { view, gaps, isBanded }, names) {
  const { ctx, bbox } = u;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = PALE;
  ctx.lineWidth = LINE_PX * pixel;
  names.forEach((name, i) => {
    if (!u.series[i + 1].show) return;
    if (isBanded) band(u, view, i, name, gaps, "fill");
    ctx.strokeStyle = color(name);
    for (const piece of pieces(view.x, view.mean[i], gaps)) {
      if (piece[0] === piece[1]) point(u, view, i, piece[0]);
      else line(u, view, i, piece);
    }
  });
  ctx.restore();
}

function line(u, { x, mean }, i, [first, last]) {
  const { ctx } = u;
  ctx.setLineDash(DASH.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  for (let row = first; row <= last; row += 1) ctx.lineTo(u.valToPos(x[row], "x", true), u.valToPos(mean[i][row], "y", true));
  ctx.stroke();
}

/** Hollow, for those of the chart itself are not. */
function point(u, { x, mean }, i, row) {
  const { ctx } = u;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.arc(u.valToPos(x[row], "x", true), u.valToPos(mean[i][row], "y", true), POINT_PX * devicePixelRatio, 0, 2 * Math.PI);
  ctx.stroke();
}
