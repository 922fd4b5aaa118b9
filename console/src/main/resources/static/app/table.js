import { el } from "./dom.js";
import { keyOf, partsOf } from "./counters.js";
import { shown } from "./format.js";

const EXPLAINED = new Set(["OK", "NEWER", "UNDEFINED", undefined]);

/** A response as a table that can be sorted by any feature. */
export class AnswerTable {
  #holder;
  #catalog;
  #explain;
  #rows = [];
  #metadata;
  #sort = { column: -1, descending: false };

  constructor(holder, catalog, explain) {
    this.#holder = holder;
    this.#catalog = catalog;
    this.#explain = explain;
  }

  show(request, answer) {
    this.#metadata = answer.metadata;
    this.#sort = { column: -1, descending: false };
    this.#rows = answer.results.map((result, i) => ({
      index: i,
      label: labelOf(request.candidates[i], i),
      fields: { ...request.context, ...present(request.candidates[i]) },
      ...result,
    }));
    this.#holder.hidden = false;
    this.#draw();
  }

  #draw() {
    const { column, descending } = this.#sort;
    const rows = [...this.#rows];
    if (column >= 0) {
      rows.sort((a, b) => compare(a.values[column], b.values[column], descending) || a.index - b.index);
    }
    this.#holder.replaceChildren(
      el(
        "table",
        { className: "answer" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            this.#heading("candidate", -1),
            ...this.#metadata.features.map((name, i) => this.#heading(name, i)),
          ),
        ),
        el("tbody", {}, ...rows.map((row) => this.#row(row))),
      ),
    );
  }

  #heading(name, column) {
    const chosen = this.#sort.column === column;
    const arrow = chosen && column >= 0 ? (this.#sort.descending ? " ↓" : " ↑") : "";
    const heading = el(
      "th",
      { scope: "col" },
      el(
        "button",
        { type: "button", className: "sort", "data-column": String(column), onclick: () => this.#sortBy(column) },
        name,
        el("span", { "aria-hidden": "true" }, arrow),
      ),
    );
    if (chosen && column >= 0) {
      heading.setAttribute("aria-sort", this.#sort.descending ? "descending" : "ascending");
    }
    return heading;
  }

  /** Sorts in descending order first, then in ascending order. */
  #sortBy(column) {
    const again = this.#sort.column === column;
    this.#sort = { column, descending: again ? !this.#sort.descending : true };
    this.#draw();
    this.#holder.querySelector(`[data-column="${column}"]`).focus();
  }

  #row(row) {
    return el(
      "tr",
      { "data-row": String(row.index) },
      el("th", { scope: "row" }, row.label),
      ...row.values.map((value, i) => this.#cell(row, value, i)),
    );
  }

  #cell(row, value, i) {
    const feature = this.#metadata.features[i];
    const status = row.statuses?.[i];
    const { group, measure, interval } = partsOf(feature);
    const key = keyOf(this.#catalog.groups[group], row.fields);
    const cell = el("td", { "data-value": value !== null && typeof value === "object" ? JSON.stringify(value) : String(value) });
    if (key !== null && EXPLAINED.has(status)) {
      const show = () =>
        this.#explain.show({ group, key, measure, interval, asOf: this.#metadata.asOf, answered: value });
      cell.append(
        el("button", { type: "button", className: "number", "aria-label": `${shown(value)}, explain ${feature}`, onclick: show }, shown(value)),
      );
    } else {
      cell.append(el("span", { className: "number" }, shown(value)));
    }
    if (status && status !== "OK") {
      cell.append(" ", el("span", { className: "badge", "data-status": status }, status));
    }
    return cell;
  }
}

/** Null means absent, so a null in a candidate leaves the context's value. */
const present = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const labelOf = (candidate, i) => Object.values(candidate).join(" · ") || `#${i + 1}`;

/** Numbers come before nulls in both directions. */
function compare(a, b, descending) {
  if (a === null || b === null) {
    return (a === null) - (b === null);
  }
  return descending ? b - a : a - b;
}
