import uPlot from "../vendor/uplot-1.6.32/uPlot.esm.js";
import { short } from "./format.js";

const TICK = 7;
const FONT = "11px system-ui, sans-serif";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The curve of an interval's value, with a tick for each event. */
export class Chart {
  #plot;
  #events = [];

  constructor(holder) {
    const axis = { stroke: () => colour("--muted"), font: FONT, ticks: { show: false } };
    const grid = { stroke: () => colour("--line"), width: 1 };
    this.#plot = new uPlot(
      {
        width: Math.max(holder.clientWidth, 120),
        height: holder.clientHeight,
        padding: [8, 16, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false } },
        axes: [
          { ...axis, grid: { show: false }, gap: 9, size: 28, space: 56, incrs: [5, 10, 15, 20, 30, 60, 120, 300], values: (plot, at) => at.map(ago) },
          { ...axis, grid, size: 52, space: 34, values: (plot, at) => at.map(short) },
        ],
        series: [
          {},
          { stroke: () => colour("--curve"), fill: () => colour("--curve-fill"), width: 1.75, points: { show: false } },
        ],
        hooks: { draw: [() => this.#drawEvents()] },
      },
      [[], []],
      holder,
    );
    new ResizeObserver(() => {
      if (holder.clientWidth > 0 && holder.clientWidth !== this.#plot.width) {
        this.#plot.setSize({ width: holder.clientWidth, height: holder.clientHeight });
      }
    }).observe(holder);
  }

  /** Shows points. Times are in seconds before now, for points and events. */
  show(xs, ys, events, windowSeconds) {
    this.#events = events;
    this.#plot.batch(() => {
      this.#plot.setData([xs, ys], false);
      this.#plot.setScale("x", { min: -windowSeconds, max: 0 });
      const [min, max] = room(extent(ys));
      this.#plot.setScale("y", { min, max });
    });
  }

  #drawEvents() {
    const { ctx, bbox } = this.#plot;
    const bottom = bbox.top + bbox.height;
    ctx.save();
    ctx.strokeStyle = colour("--event");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.beginPath();
    for (const at of this.#events) {
      const x = this.#plot.valToPos(at, "x", true);
      if (x >= bbox.left) {
        ctx.moveTo(x, bottom);
        ctx.lineTo(x, bottom - TICK * devicePixelRatio);
      }
    }
    ctx.stroke();
    ctx.restore();
  }
}

function extent(ys) {
  let min = Infinity;
  let max = -Infinity;
  for (const y of ys.filter((one) => one !== null)) {
    min = Math.min(min, y);
    max = Math.max(max, y);
  }
  return min > max ? [0, 1] : [min, max];
}

/** Adds space above and below the curve, so that a rounding error does not fill the whole chart. */
function room([min, max]) {
  const size = Math.max(max - min, Math.abs(max) * 0.02, 1e-9);
  const low = min - size * 0.25;
  return [min >= 0 && low < 0 ? 0 : low, max === 0 && min === 0 ? 1 : max + size * 0.15];
}

function ago(seconds) {
  if (seconds === 0) {
    return "now";
  }
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
