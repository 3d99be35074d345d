import { FONT } from "../board/canvas.js";
import { color } from "../look/colors.js";

const PAD = 16;
const LINE = 20;
const SWATCH = 10;
const GAP = 18;

/**
 * A chart as a picture that explains itself: its title with the unit, which stream and range it is of, in which zone, the chart as
 * it stands, and what its lines are; dashed are those that it is compared with.
 *
 * @param {import("../board/chart/chart.js").Sheet} sheet
 * @param {string[]} subtitles  stream, range and zone, and what it is compared with
 * @returns {Promise<Blob>} PNG
 */
export function pictureOf({ title, unit, lines, canvas, other }, subtitles) {
  const scale = devicePixelRatio;
  const width = canvas.width / scale;
  const dashed = other ? lines.map(({ label, hue }) => ({ label: `${label}, ${other.words}`, hue, isDashed: true })) : [];
  const rows = rowsOf([...lines, ...dashed], width);
  const top = PAD + (1 + subtitles.length) * LINE + 8;
  const height = top + canvas.height / scale + rows.length * LINE + PAD;
  const made = Object.assign(document.createElement("canvas"), { width: (width + 2 * PAD) * scale, height: height * scale });
  const ctx = made.getContext("2d");
  ctx.scale(scale, scale);
  ctx.fillStyle = color("surface");
  ctx.fillRect(0, 0, width + 2 * PAD, height);
  ctx.textBaseline = "top";
  write(ctx, unit ? `${title}, ${unit}` : title, PAD, PAD, "text", `600 15px ${FONT}`);
  subtitles.forEach((text, i) => write(ctx, text, PAD, PAD + (i + 1) * LINE + 2, "muted", `12px ${FONT}`));
  ctx.drawImage(canvas, PAD, top, width, canvas.height / scale);
  rows.forEach((row, i) => drawRow(ctx, row, height - PAD - (rows.length - i) * LINE));
  return new Promise((resolve) => made.toBlob(resolve, "image/png"));
}

/** As many lines' names beside each other as there is room for. */
function rowsOf(lines, width) {
  const ctx = document.createElement("canvas").getContext("2d");
  ctx.font = `12px ${FONT}`;
  const rows = [];
  let left = Infinity;
  for (const { label, hue, isDashed } of lines) {
    const wide = SWATCH + 6 + ctx.measureText(label).width + GAP;
    if (left + wide > width) {
      rows.push([]);
      left = 0;
    }
    rows.at(-1).push({ label, hue, isDashed, left });
    left += wide;
  }
  return rows;
}

function drawRow(ctx, row, top) {
  for (const { label, hue, isDashed, left } of row) {
    ctx.fillStyle = color(hue);
    const pieces = isDashed ? [0, 0.6] : [0];
    for (const at of pieces) ctx.fillRect(PAD + left + at * SWATCH, top + 6, isDashed ? SWATCH * 0.4 : SWATCH, SWATCH / 2.5);
    write(ctx, label, PAD + left + SWATCH + 6, top, "text", `12px ${FONT}`);
  }
}

function write(ctx, text, x, y, hue, font) {
  ctx.font = font;
  ctx.fillStyle = color(hue);
  ctx.fillText(text, x, y);
}
