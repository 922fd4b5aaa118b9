import { el } from "./dom.js";
import { short } from "./format.js";

/**
 * A bar chart: one row per entry with its label, a bar relative to the largest number, and the
 * number.
 */
export function bars(entries) {
  const greatest = Math.max(...entries.map(([, value]) => Math.abs(value)), Number.MIN_VALUE);
  return el(
    "table",
    { className: "bars" },
    el(
      "tbody",
      {},
      ...entries.map(([label, value]) => {
        const bar = el("div", { className: "bar" });
        bar.style.width = `${(100 * Math.abs(value)) / greatest}%`;
        return el(
          "tr",
          { "data-label": label },
          el("th", { scope: "row" }, label),
          el("td", { className: "track", "aria-hidden": "true" }, bar),
          el("td", { className: "value" }, short(value)),
        );
      }),
    ),
  );
}

/**
 * The panes of a window as bars, by their start. The panes of a mean or deviation have three
 * numbers; the bar shows the weight.
 */
export const paneBars = (panes) =>
  bars(
    Object.entries(panes).map(([start, numbers]) => [
      new Date(Number(start)).toISOString().slice(0, 19).replace("T", " "),
      Array.isArray(numbers) ? numbers[0] : numbers,
    ]),
  );
