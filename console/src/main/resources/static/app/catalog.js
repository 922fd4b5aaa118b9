import { groupItem } from "./api.js";
import { byId, el, setText } from "./dom.js";
import { KeyFields } from "./keys.js";
import { featureName, isPlain, tauMillis, valueOf } from "./counters.js";
import { shown, whole } from "./format.js";

/** Shows the catalog as a tree: groups, their measures, their intervals, each with its formula. */
export function showCatalog(catalog, seen, explain) {
  const groups = Object.entries(catalog.groups);
  const features = groups.reduce((sum, [, group]) => sum + group.features.length, 0);
  const sets = Object.entries(catalog.sets).map(([name, list]) => `${name} (${list.length})`);
  setText(
    byId("catalog-note"),
    `${groups.length} groups, ${features} features; sets: ${sets.join(", ") || "none"}`,
  );
  byId("tree").replaceChildren(
    ...groups.map(([name, group], i) => new GroupBranch(name, group, seen, explain).element(i === 0)),
  );
}

class GroupBranch {
  #name;
  #group;
  #seen;
  #explain;
  #leaves = [];
  #status = el("span", { className: "hint", role: "status" });
  #holder = el("span", { className: "controls" });
  #keys = new KeyFields(this.#holder, () => this.#read());

  constructor(name, group, seen, explain) {
    this.#name = name;
    this.#group = group;
    this.#seen = seen;
    this.#explain = explain;
    seen.whenLearned(() => this.#keys.suggest(seen.fieldsFor(group)));
  }

  element(open) {
    const { key, counts, sums, ratios, measures, formulas, retain } = this.#group;
    const plain = new Set([...counts, ...sums]);
    this.#keys.show(this.#group, this.#seen.fieldsFor(this.#group));
    return el(
      "details",
      { open, "data-group": this.#name },
      el(
        "summary",
        {},
        el("b", {}, this.#name),
        el("span", { className: "hint" }, ` ${key.length === 0 ? "of everything" : `per ${key.join(" × ")}`}, ${retain ? `kept ${retain} without events` : "kept for ever"}`),
      ),
      el(
        "form",
        {
          className: "controls",
          onsubmit: (event) => {
            event.preventDefault();
            this.#read();
          },
        },
        this.#holder,
        el("button", { type: "submit" }, "Read values"),
        this.#status,
      ),
      ...counts.map((name) => this.#measure(name, "count")),
      ...sums.map((name) => this.#measure(name, "sum")),
      ...Object.keys(measures)
        .filter((name) => !plain.has(name))
        .map((name) => this.#measure(name, measures[name].kind)),
      ...Object.entries(ratios).map(([name, ratio]) => this.#measure(name, "ratio", ratio)),
      ...Object.keys(formulas)
        .filter((name) => !(name in ratios))
        .map((name) => this.#measure(name, `formula: ${formulas[name].formula}`)),
    );
  }

  /**
   * The intervals of a measure or formula. If it has none, an empty one; for a list, its size and
   * age.
   */
  #intervals(name) {
    const { measures, features } = this.#group;
    if (measures[name]?.intervals.length > 0) {
      return measures[name].intervals;
    }
    const feature = `${this.#name}.${name}`;
    return features
      .filter((each) => each === feature || each.startsWith(`${feature}.`))
      .map((each) => each.slice(feature.length + 1));
  }

  #measure(name, kind, ratio) {
    const about = ratio ? `${ratio.formula}${ratio.prior === null ? "" : `; prior ${ratio.prior}, weight ${ratio.weight}`}` : "";
    return el(
      "details",
      { "data-measure": name },
      el("summary", {}, el("b", {}, name), el("span", { className: "hint" }, ` ${kind}${about ? `: ${about}` : ""}`)),
      el("ul", {}, ...this.#intervals(name).map((interval) => this.#leaf(name, interval, ratio))),
    );
  }

  #leaf(measure, interval, ratio) {
    const value = el("button", {
      type: "button",
      className: "number",
      hidden: true,
      onclick: () => this.#explain.show({ group: this.#name, key: this.#keys.key, measure, interval }),
    });
    this.#leaves.push({ measure, interval, value });
    const feature = featureName({ group: this.#name, measure, interval });
    const formula = isPlain(this.#group, measure, interval) ? formulaOf(interval, ratio) : "";
    return el("li", { "data-feature": feature }, el("code", {}, feature), el("span", { className: "value" }, value), el("span", { className: "formula" }, formula));
  }

  async #read() {
    const key = this.#keys.key;
    if (key === null) {
      setText(this.#status, "type a key");
      return;
    }
    try {
      const item = await groupItem(this.#name, key);
      setText(this.#status, `as of ${new Date(item.asOf).toLocaleTimeString()}; click a value for its explanation`);
      this.#leaves.forEach(({ measure, interval, value }) => {
        const text = shown(valueOf(item, { group: this.#name, measure, interval }));
        value.textContent = text;
        value.setAttribute("aria-label", `${text}, explain ${measure} ${interval}`);
        value.hidden = false;
      });
    } catch (problem) {
      setText(this.#status, problem.message);
      this.#leaves.forEach(({ value }) => (value.hidden = true));
    }
  }
}

function formulaOf(interval, ratio) {
  const tau = tauMillis(interval);
  const decay = tau === Infinity ? null : `exp(−elapsed / ${whole(tau)} ms)`;
  if (!ratio) {
    return decay ? `value × ${decay}` : "value, never decays";
  }
  return decay ? `${ratio.formula}, each side × ${decay}` : ratio.formula;
}
