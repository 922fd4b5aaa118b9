import { groupItem, storedItem } from "./api.js";
import { Chart } from "./chart.js";
import { byId, el, repeat, setOptions, setText } from "./dom.js";
import { short, whole } from "./format.js";
import { decaysOf, featureAt, keyOf, measuresOf, tauMillis } from "./counters.js";
import { History } from "./history.js";
import { KeyFields } from "./keys.js";

const POLL_MILLIS = 500;
const POINTS = 240;
const DRAW_MILLIS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1_000 : 200;

/** Draws the counter of one item as it decays. */
export class Live {
  #catalog;
  #seen;
  #explain;
  #keys = new KeyFields(byId("live-key"), () => this.#restart());
  #history = new History();
  #cards = [];
  #skewMillis = 0;
  #problem = null;

  constructor(catalog, seen, explain) {
    this.#catalog = catalog;
    this.#seen = seen;
    this.#explain = explain;
    const groups = Object.keys(catalog.groups);
    // A ratio is the most interesting: it rises and falls. Prefer one of a post, if there is one.
    const withRatios = groups.filter((name) => Object.keys(catalog.groups[name].ratios).length > 0);
    setOptions(byId("live-group"), groups, withRatios.includes("post") ? "post" : (withRatios[0] ?? groups[0]));
    byId("live-group").addEventListener("change", () => this.#chooseGroup());
    byId("live-measure").addEventListener("change", () => this.#draw());
    byId("live-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#restart();
    });
    byId("live-window").addEventListener("change", () => this.#draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    this.#chooseGroup();
    seen.whenLearned(() => this.#keys.suggest(seen.tellingFieldsFor(this.#group)));
    repeat(POLL_MILLIS, () => this.#poll());
    setInterval(() => document.hidden || this.#draw(), DRAW_MILLIS);
  }

  /** Shows an item. If it is already shown, its history stays. */
  follow(groupName, fields, measure) {
    if (this.#groupName !== groupName || this.#keys.key !== keyOf(this.#catalog.groups[groupName], fields)) {
      byId("live-group").value = groupName;
      this.#chooseGroup(fields);
    }
    byId("live-measure").value = measure;
  }

  get #groupName() {
    return byId("live-group").value;
  }

  get #group() {
    return this.#catalog.groups[this.#groupName];
  }

  #chooseGroup(fields = this.#seen.tellingFieldsFor(this.#group)) {
    const ratios = Object.keys(this.#group.ratios);
    const measures = [...ratios, ...measuresOf(this.#group)];
    setOptions(byId("live-measure"), measures, measures[0]);
    this.#keys.show(this.#group, fields);
    this.#cards = decaysOf(this.#group).map((interval) => this.#card(interval));
    byId("live-charts").replaceChildren(...this.#cards.map((card) => card.element));
    this.#cards.forEach((card) => (card.chart = new Chart(card.holder)));
    this.#restart();
  }

  #card(interval) {
    const value = el("button", {
      type: "button",
      className: "number",
      "data-interval": interval,
      onclick: () => this.#explainNow(interval),
    });
    const holder = el("div", { className: "plot", "aria-hidden": "true" });
    const tau = tauMillis(interval);
    const element = el(
      "article",
      { className: "chart", "aria-label": `interval ${interval}` },
      el(
        "div",
        { className: "chart-head" },
        el("h3", {}, interval),
        el("span", { className: "hint" }, tau === Infinity ? "never decays" : `τ = ${whole(tau / 1000)} s`),
        value,
      ),
      holder,
    );
    return { interval, element, value, holder };
  }

  #restart() {
    this.#history = new History();
    this.#problem = null;
    this.#draw();
  }

  /** Reads the item from the service. If it does not exist there yet, looks for it in the table. */
  async #poll() {
    const history = this.#history;
    const [groupName, key] = [this.#groupName, this.#keys.key];
    if (key === null) {
      return;
    }
    try {
      const exists = history.newest?.item || (await storedItem(groupName, key)).found;
      const item = exists ? await groupItem(groupName, key) : null;
      const now = item ? item.asOf : Date.now() + this.#skewMillis;
      if (history !== this.#history) {
        return;
      }
      if (item) {
        this.#skewMillis = item.asOf - Date.now();
      }
      history.add(item, now);
      this.#problem = null;
    } catch (problem) {
      if (problem.status === 404) {
        history.add(null, Date.now() + this.#skewMillis);
      } else {
        this.#problem = problem.message;
      }
    }
  }

  #draw() {
    const measure = byId("live-measure").value;
    const windowMillis = Number(byId("live-window").value);
    const now = Date.now() + this.#skewMillis;
    const intervals = this.#cards.map((card) => card.interval);
    const ratio = this.#group.ratios[measure];
    const { xs, ys } = this.#history.curve(this.#group, measure, intervals, now - windowMillis, now, POINTS);
    const events = this.#history.eventsOf(ratio ? [ratio.of, ratio.per] : [measure], now - windowMillis);
    const ticks = events.map((at) => (at - now) / 1000);
    const newest = this.#history.newest;
    this.#cards.forEach((card, i) => {
      card.chart.show(xs, ys[i], ticks, windowMillis / 1000);
      const value = newest ? featureAt(this.#group, newest.item, measure, card.interval, now) : undefined;
      setText(card.value, value === undefined ? "…" : short(value));
      card.value.setAttribute("aria-label", `${measure} over ${card.interval}: ${card.value.textContent}, explain`);
      card.value.disabled = !newest?.item;
    });
    setText(byId("live-note"), this.#note(now, events.length));
  }

  #note(now, ticks) {
    if (this.#problem) {
      return this.#problem;
    }
    if (this.#keys.key === null) {
      return "type a key to see its counters";
    }
    const newest = this.#history.newest;
    if (!newest) {
      return "reading …";
    }
    if (!newest.item) {
      return `nothing is stored for ${this.#keys.key} yet; its first event will appear here`;
    }
    const age = Math.max(0, Math.round((now - newest.item.lastUpdate) / 1000));
    return `newest event ${whole(age)} s ago; ${ticks} tick${ticks === 1 ? "" : "s"}, each an increase between two polls`;
  }

  #explainNow(interval) {
    this.#explain.show({
      group: this.#groupName,
      key: this.#keys.key,
      measure: byId("live-measure").value,
      interval,
    });
  }
}
