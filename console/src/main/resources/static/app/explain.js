import { groupItem } from "./api.js";
import { bars, paneBars } from "./bars.js";
import { byId, el } from "./dom.js";
import { entryTable } from "./entries.js";
import { endOf, factor, featureName, isPlain, quotient, tauMillis, valueOf } from "./counters.js";
import { instant, short, whole } from "./format.js";

const AGREEMENT = 1e-9;

/** Explains a number by a calculation that a reader can repeat by hand. */
export class Explanation {
  #catalog;

  constructor(catalog) {
    this.#catalog = catalog;
  }

  /**
   * Explains a feature's value.
   *
   * @param what group, key, measure, interval; also asOf and answered if a response contained the
   *     number
   */
  async show(what) {
    const dialog = byId("explain");
    byId("explain-title").textContent = featureName(what);
    byId("explain-body").replaceChildren(el("p", { className: "hint" }, "reading …"));
    if (!dialog.open) {
      dialog.showModal();
    }
    try {
      const item = await this.#read(what);
      byId("explain-body").replaceChildren(...this.#lines(what, item));
    } catch (problem) {
      byId("explain-body").replaceChildren(
        el("p", {}, problem.status === 404 ? this.#nothing(what) : problem.message),
      );
    }
  }

  /**
   * Reads the item as of the response's instant. If an event has come since then, reads it as of
   * now, because the earlier state is no longer available.
   */
  async #read(what) {
    const item = await groupItem(what.group, what.key, what.asOf);
    return item.status === "NEWER" && !this.#isAnswer(what, item) ? groupItem(what.group, what.key) : item;
  }

  #isAnswer(what, item) {
    return what.answered === undefined || agree(what.answered, valueOf(item, what));
  }

  #nothing(what) {
    if (!isPlain(this.#catalog.groups[what.group], what.measure, what.interval)) {
      return `Nothing is stored for key ${what.key}.`;
    }
    const ratio = this.#catalog.groups[what.group].ratios[what.measure];
    const rule = ratio
      ? `a ratio is ${ratio.prior === null ? "null, as there is nothing to divide by" : `its prior, ${ratio.prior}`}`
      : "a count or sum is 0";
    return `Nothing is stored for key ${what.key}: ${rule}.`;
  }

  #lines(what, item) {
    if (!isPlain(this.#catalog.groups[what.group], what.measure, what.interval)) {
      return [...this.#picture(what, item), ...this.#notes(what, item)];
    }
    const ratio = this.#catalog.groups[what.group].ratios[what.measure];
    const tau = tauMillis(what.interval);
    const elapsed = item.asOf - item.lastUpdate;
    const decay = factor(elapsed, tau);
    const measures = ratio ? [ratio.of, ratio.per] : [what.measure];
    const stored = measures.map((measure) => item.stored[measure]?.[what.interval] ?? 0);
    const rows = [
      row("item", `group ${what.group}, key ${what.key}`),
      ...measures.map((measure, i) => row(`stored ${measure}`, number(stored[i]), `stored-${i}`)),
      row("as of", number(item.lastUpdate), "last-update", instant(item.lastUpdate)),
      row("asked for", number(item.asOf), "as-of", instant(item.asOf)),
      row("elapsed", number(elapsed), "elapsed", "ms"),
      row("τ", tau === Infinity ? "∞" : number(tau), "tau", tau === Infinity ? "lifetime never decays" : `ms, ${what.interval}`),
      row("factor", number(decay), "factor", factorText(elapsed, tau)),
    ];
    const decayed = stored.map((value) => (value === 0 ? 0 : value * decay));
    const result = ratio ? quotient(ratio, decayed, stored) : decayed[0];
    if (ratio) {
      measures.forEach((measure, i) =>
        rows.push(row(measure, number(decayed[i]), `decayed-${i}`, `${short(stored[i])} × ${short(decay)}`)),
      );
    }
    rows.push(row("result", number(result), "result", ratio ? ratioText(ratio, decayed, stored) : `${short(stored[0])} × ${short(decay)}`));
    const own = valueOf(item, what);
    return [
      el("table", { className: "sum" }, el("tbody", {}, ...rows)),
      el("p", { className: "verdict", "data-what": "verdict" }, verdict(result, own)),
      ...this.#notes(what, item),
    ];
  }

  /**
   * Shows values that are not a stored number times a factor: a formula's operands, entries, or
   * panes or labels as bars.
   */
  #picture(what, item) {
    const value = valueOf(item, what);
    const formula = item.formulas[featureName(what)];
    const stored = item.stored[what.measure]?.[what.interval];
    const rows = [
      row("item", `group ${what.group}, key ${what.key}`),
      row("as of", number(item.lastUpdate), "last-update", instant(item.lastUpdate)),
      row("asked for", number(item.asOf), "as-of", instant(item.asOf)),
    ];
    if (formula) {
      rows.push(row("formula", formula.formula, "formula"));
      formula.operands.forEach((operand, i) =>
        rows.push(row(operand.name, number(operand.value), `operand-${i}`, operand.status === "OK" ? "" : operand.status)),
      );
      rows.push(row("result", number(value), "result", formula.status === "OK" ? "" : formula.status));
    } else if (value === null || typeof value !== "object") {
      rows.push(row("result", number(value), "result"));
    }
    const entries = formula ? undefined : this.#entries(what, item);
    const isHistogram = !entries && value !== null && typeof value === "object";
    return [
      el("table", { className: "sum" }, el("tbody", {}, ...rows)),
      entries ? entryTable(this.#measure(what).fields, entries, Math.max(item.asOf, item.lastUpdate)) : null,
      isHistogram ? bars(Object.entries(value)) : null,
      !isHistogram && stored !== null && typeof stored === "object" ? paneBars(stored) : null,
    ].filter((part) => part !== null);
  }

  #measure(what) {
    return this.#catalog.groups[what.group].measures[what.measure];
  }

  /** The events of a list, or the event of a first or last; undefined for other measures. */
  #entries(what, item) {
    const end = endOf(item, what.measure);
    return item.lists[what.measure] ?? (end && [{ [this.#measure(what).fields[0]]: end.value, at: end.at }]);
  }

  #notes(what, item) {
    const notes = [];
    if (item.status === "NEWER") {
      notes.push("The instant asked for lies before the newest event, so the value is as of that event: it never grows.");
    }
    if (!this.#isAnswer(what, item)) {
      notes.push(`The answer was ${number(what.answered)}, as of ${instant(what.asOf)}: the item has changed since, and this is its newest value.`);
    }
    return notes.map((note) => el("p", { className: "hint" }, note));
  }
}

function factorText(elapsed, tau) {
  if (tau === Infinity) {
    return "1, always";
  }
  return elapsed <= 0 ? "1, as nothing elapsed" : `exp(−${whole(elapsed)} / ${whole(tau)})`;
}

function ratioText(ratio, [of, per], stored) {
  return ratio.prior === null
    ? `${short(stored[0])} / ${short(stored[1])}, as the factor cancels`
    : `(${short(of)} + ${ratio.weight} × ${ratio.prior}) / (${short(per)} + ${ratio.weight})`;
}

const number = (value) => (value === null ? "null" : String(value));

const row = (name, value, what, note = "") =>
  el(
    "tr",
    {},
    el("th", { scope: "row" }, name),
    el("td", { "data-what": what, className: "value" }, value),
    el("td", { className: "hint" }, note),
  );

function agree(one, other) {
  if (one !== null && typeof one === "object") {
    return JSON.stringify(one) === JSON.stringify(other);
  }
  return one === other || (one !== null && other !== null && Math.abs(one - other) <= AGREEMENT * Math.max(Math.abs(one), Math.abs(other)));
}

const verdict = (result, own) =>
  agree(result, own) ? `✓ The service says the same: ${number(own)}` : `✗ The service says ${number(own)}`;
