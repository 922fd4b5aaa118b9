import { el } from "./dom.js";
import { ago, instant } from "./format.js";

/**
 * A table of the events that a list, a first or a last keeps: their fields, and how long before an
 * instant each happened.
 */
export const entryTable = (fields, entries, asOf) =>
  el(
    "table",
    { className: "entries" },
    el("thead", {}, el("tr", {}, ...[...fields, "when"].map((name) => el("th", { scope: "col" }, name)))),
    el(
      "tbody",
      {},
      ...entries.map((entry) =>
        el(
          "tr",
          {},
          ...fields.map((field) => el("td", {}, field in entry ? String(entry[field]) : "–")),
          el("td", { title: instant(entry.at) }, ago(asOf - entry.at)),
        ),
      ),
    ),
  );
