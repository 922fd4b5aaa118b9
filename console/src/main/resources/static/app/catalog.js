import { groupItem } from "./api.js";
import { byId, el, setText } from "./dom.js";
import { KeyFields } from "./keys.js";
import { tauMillis } from "./counters.js";
import { short, whole } from "./format.js";

/** The catalog as a tree: groups, their measures, their intervals, each with its formula. */
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
    const { key, counts, sums, ratios, retain } = this.#group;
    this.#keys.show(this.#group, this.#seen.fieldsFor(this.#group));
    return el(
      "details",
      { open, "data-group": this.#name },
      el(
        "summary",
        {},
        el("b", {}, this.#name),
        el("span", { className: "hint" }, ` per ${key.join(" × ")}, ${retain ? `kept ${retain} without events` : "kept for ever"}`),
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
      ...counts.map((name) => this.#measure(name, "count", "value")),
      ...sums.map((name) => this.#measure(name, "sum", "value")),
      ...Object.entries(ratios).map(([name, ratio]) => this.#measure(name, "ratio", ratio.formula, ratio)),
    );
  }

  #measure(name, kind, formula, ratio) {
    const about = ratio ? `${formula}${ratio.prior === null ? "" : `; prior ${ratio.prior}, weight ${ratio.weight}`}` : "";
    return el(
      "details",
      { "data-measure": name },
      el("summary", {}, el("b", {}, name), el("span", { className: "hint" }, ` ${kind}${about ? `: ${about}` : ""}`)),
      el("ul", {}, ...this.#group.intervals.map((interval) => this.#leaf(name, interval, ratio))),
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
    const feature = `${this.#name}.${measure}.${interval}`;
    return el("li", { "data-feature": feature }, el("code", {}, feature), el("span", { className: "value" }, value), el("span", { className: "formula" }, formulaOf(interval, ratio)));
  }

  async #read() {
    const key = this.#keys.key;
    if (key === null) {
      setText(this.#status, "type a key");
      return;
    }
    try {
      const item = await groupItem(this.#name, key);
      setText(this.#status, `as of ${new Date(item.asOf).toLocaleTimeString()}; a click explains a value`);
      this.#leaves.forEach(({ measure, interval, value }) => {
        const number = (measure in item.decayed ? item.decayed : item.ratios)[measure][interval];
        value.textContent = short(number);
        value.setAttribute("aria-label", `${short(number)}, explain ${measure} ${interval}`);
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
