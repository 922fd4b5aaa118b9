import { el } from "./dom.js";
import { short } from "./format.js";

/** Numbers as bars, one below the other: each a label, a bar as long as its part of the greatest, and the number. */
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

/** The panes of a window by their start; of a mean or deviation, which has three numbers a pane, the weight. */
export const paneBars = (panes) =>
  bars(
    Object.entries(panes).map(([start, numbers]) => [
      new Date(Number(start)).toISOString().slice(0, 19).replace("T", " "),
      Array.isArray(numbers) ? numbers[0] : numbers,
    ]),
  );
