"use strict";
// The spectrum: the curve above, the lines it is made of hanging below one base line.

const INK = {
  curve: "#1b3a5c",
  stick: "#b9482f",
  quiet: "#8a9199",
  leader: "#c3c9d0",
  text: "#3a424b",
  grid: "#eceff2",
  mark: "#e3a008",
};
const LOWER = 0.24; // of the height: the room of the sticks
const LABELS = 52; // pixels above the highest band
const AXIS = 58; // pixels: everything above and below the plotting area
const SIDE = 58; // pixels: the numbers left of it
const REACH = 14; // pixels: how far from a line a click still means it
const FONT = "12px system-ui, sans-serif";

class SpectrumChart {
  /**
   * @param {HTMLElement} home  positioned; the chart fills it
   * @param {object} spectrum   as report/page.py describes it
   * @param {function} onPick   called with the row of a line that was clicked
   * @param {function} describe row -> text of the tooltip
   */
  constructor(home, spectrum, onPick, describe) {
    Object.assign(this, { home, spectrum, onPick, describe, chosen: null, pointed: null });
    this.full = [spectrum.x[0], spectrum.x.at(-1)];
    this.unit = powerOfTen(Math.max(...spectrum.y));
    this.stickUnit = powerOfTen(Math.max(0, ...spectrum.lines.map((line) => line.height)));
    this.curve = spectrum.y.map((value) => value / this.unit);
    this.tip = element("div", { class: "tip", hidden: "" });
    this.plot = new uPlot(this.options(), [spectrum.x, this.curve], home);
    this.plot.over.append(this.tip);
    this.listen();
  }

  options() {
    const axis = {
      font: FONT,
      values: (_plot, all) => all.map(plain),
      grid: { stroke: INK.grid, width: 1 },
      ticks: { stroke: INK.quiet, width: 1, size: 5 },
    };
    const label = { label: this.spectrum.x_label, labelFont: FONT, labelSize: 22 };
    return {
      ...this.size(),
      padding: [6, 14, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { size: 6, fill: INK.curve, width: 0 },
        drag: { x: true, y: false, dist: 4 },
      },
      scales: {
        x: { time: false, dir: -1 },
        y: { range: (_plot, _low, high) => this.extent(high) },
      },
      axes: [
        { ...axis, ...label, stroke: INK.text, size: 30, space: 56 },
        { ...axis, stroke: INK.curve, size: SIDE, splits: () => ticks(this.top, 5) },
      ],
      series: [{}, { stroke: INK.curve, width: 1.5, points: { show: false } }],
      hooks: { draw: [() => this.draw()], setCursor: [() => this.point()] },
    };
  }

  size() {
    return { width: this.home.clientWidth, height: this.home.clientHeight };
  }

  /** Range of the y axis: sticks below zero, the curve, then the labels. */
  extent(high) {
    this.top = Math.max(high ?? 0, 1e-6); // a spectrum without bands has an axis too
    const whole = this.top / (1 - LOWER - LABELS / (this.home.clientHeight - AXIS));
    return [-LOWER * whole, (1 - LOWER) * whole];
  }

  listen() {
    const { over } = this.plot;
    let start = 0;
    over.addEventListener("mousedown", (event) => { start = event.clientX; });
    over.addEventListener("click", (event) => {
      if (Math.abs(event.clientX - start) < 4 && this.pointed) this.onPick(this.pointed.row);
    });
    over.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 0.8 : 1.25, this.plot.posToVal(this.plot.cursor.left, "x"));
    }, { passive: false });
    new ResizeObserver(() => this.plot.setSize(this.size())).observe(this.home);
  }

  /** Show `factor` times the present range, about a centre. */
  zoom(factor, centre) {
    const { min, max } = this.plot.scales.x;
    const middle = centre ?? (min + max) / 2;
    this.show(middle - (middle - min) * factor, middle + (max - middle) * factor);
  }

  /** Move by a share of the present range; positive is towards higher x, to the left. */
  pan(share) {
    const { min, max } = this.plot.scales.x;
    const step = Math.max(this.full[0] - min, Math.min(this.full[1] - max, share * (max - min)));
    this.show(min + step, max + step);
  }

  show(min = this.full[0], max = this.full[1]) {
    this.plot.setScale("x", { min: Math.max(min, this.full[0]), max: Math.min(max, this.full[1]) });
  }

  choose(row) {
    this.chosen = this.spectrum.lines.find((line) => line.row === row) ?? null;
    const { min, max } = this.plot.scales.x;
    if (this.chosen && (this.chosen.x < min || this.chosen.x > max)) this.show();
    else this.plot.redraw(false, false);
  }

  /** The line under the mouse: on the curve the one that makes most of it, below the nearest. */
  point() {
    const { left, top } = this.plot.cursor;
    const { lines, fwhm } = this.spectrum;
    const before = this.pointed;
    const inside = left >= 0 && top >= 0;
    const x = this.plot.posToVal(left, "x");
    const pixel = Math.abs(this.plot.posToVal(left + 1, "x") - x);
    const upper = top < this.plot.valToPos(0, "y");
    const found = upper
      ? lineOfCurve(lines, x, fwhm, Math.max(REACH * pixel, fwhm))
      : lineNextTo(lines, x, REACH * pixel);
    this.pointed = inside ? found : null;
    this.plot.over.classList.toggle("pickable", this.pointed !== null);
    this.tip.hidden = !inside;
    if (inside) this.tell(x, left, top);
    if (before !== this.pointed) this.plot.redraw(false, false);
  }

  tell(x, left, top) {
    const index = this.plot.cursor.idx;
    const { decimals, x_unit } = this.spectrum;
    const height = index === null ? "" : ` · ${plain(this.spectrum.y[index])}`;
    const text = [element("span", { class: "place" }, `${x.toFixed(decimals)} ${x_unit}${height}`)];
    if (this.pointed) text.push(element("span", {}, this.describe(this.pointed.row)));
    this.tip.replaceChildren(...text);
    const right = left > this.plot.over.clientWidth / 2;
    const across = right ? `calc(${left - 12}px - 100%)` : `${left + 12}px`;
    this.tip.style.transform = `translate(${across}, ${Math.max(top - 44, 2)}px)`;
  }

  draw() {
    const { ctx } = this.plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.scale(ratio, ratio);
    const { bbox } = this.plot;
    this.frame = Object.fromEntries(Object.keys(bbox).map((key) => [key, bbox[key] / ratio]));
    ctx.beginPath();
    const { left, top, width, height } = this.frame;
    ctx.rect(left - SIDE, 0, width + SIDE + 8, top + height);
    ctx.clip();
    ctx.font = FONT;
    this.drawSticks(ctx);
    this.drawLabels(ctx);
    ctx.restore();
  }

  place(x) {
    return this.frame.left + this.plot.valToPos(x, "x");
  }

  drawSticks(ctx) {
    const { left, top, width, height } = this.frame;
    const base = top + this.plot.valToPos(0, "y");
    const room = top + height - base - 6;
    const { min, max } = this.plot.scales.x;
    const lines = this.spectrum.lines.filter((line) => line.x >= min && line.x <= max);
    const highest = Math.max(...lines.map((line) => line.height), Number.MIN_VALUE);
    stroke(ctx, INK.quiet, 1, [[left, base], [left + width, base]]);
    this.drawStickAxis(ctx, base, room, highest);
    for (const line of lines) {
      const x = this.place(line.x);
      const marked = line === this.chosen || line === this.pointed;
      if (line === this.chosen) {
        stroke(ctx, INK.mark, 5, [[x, top + LABELS - 6], [x, top + height]], 0.35);
      }
      const end = base + Math.max(3, (room * line.height) / highest); // an inactive one shows too
      stroke(ctx, INK.stick, marked ? 3 : 1.5, [[x, base], [x, end]]);
    }
  }

  drawStickAxis(ctx, base, room, highest) {
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    ctx.fillStyle = INK.stick;
    for (const value of ticks(highest / this.stickUnit, 3).slice(1)) {
      const y = base + (room * value * this.stickUnit) / highest;
      stroke(ctx, INK.quiet, 1, [[this.frame.left - 5, y], [this.frame.left, y]]);
      ctx.fillText(plain(value), this.frame.left - 10, y);
    }
  }

  /** Where a band is, as the table has it: the line that makes most of a maximum of the curve. */
  nameOf(x) {
    const { lines, fwhm } = this.spectrum;
    return lineOfCurve(lines, x, fwhm, fwhm / 2)?.x ?? x;
  }

  drawLabels(ctx) {
    const { x, decimals } = this.spectrum;
    const { min, max } = this.plot.scales.x;
    const first = x.findIndex((value) => value >= min);
    const last = x.findLastIndex((value) => value <= max);
    const peaks = labelledPeaks(this.curve, first, last).reverse(); // x falls to the right
    const wanted = peaks.map((i) => this.place(x[i]));
    const { left, top, width } = this.frame;
    const places = spread(wanted, 15, left + 8, left + width - 8);
    const bottom = top + LABELS;
    peaks.forEach((i, k) => {
      const [from, to] = [wanted[k], places[k]];
      const height = top + this.plot.valToPos(this.curve[i], "y");
      const bend = [[from, bottom - 4], [to, bottom - 11], [to, bottom - 14]];
      stroke(ctx, INK.leader, 1, [[from, height - 3], ...bend]);
      this.writeUpwards(ctx, this.nameOf(x[i]).toFixed(decimals), to, bottom - 16);
    });
  }

  writeUpwards(ctx, text, x, y) {
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(-Math.PI / 2);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillStyle = INK.text;
    ctx.fillText(text, 0, 0.5);
    ctx.restore();
  }
}

function stroke(ctx, colour, width, points, alpha = 1) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.globalAlpha = alpha;
  ctx.beginPath();
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.stroke();
  ctx.globalAlpha = 1;
}
