import { el } from "./dom.js";
import { joinKey } from "./counters.js";

/** One input per key field of a group, with values seen lately to choose from. */
export class KeyFields {
  #holder;
  #onChange;
  #inputs = [];

  constructor(holder, onChange) {
    this.#holder = holder;
    this.#onChange = onChange;
  }

  show(group, values) {
    this.#inputs = group.key.map((field) =>
      el("input", {
        value: values[field] ?? "",
        list: `seen-${field}`,
        size: 10,
        spellcheck: false,
        autocomplete: "off",
        "data-field": field,
        onchange: () => this.#onChange(),
      }),
    );
    this.#holder.replaceChildren(
      ...group.key.map((field, i) => el("label", {}, `${field} `, this.#inputs[i])),
    );
  }

  /** Offers values, where nobody has begun to type any. */
  suggest(values) {
    if (this.#inputs.every((input) => input.value === "" && input !== document.activeElement)) {
      this.#inputs.forEach((input) => (input.value = values[input.dataset.field]));
    }
  }

  /** What the fields hold, by their names. */
  get fields() {
    return Object.fromEntries(this.#inputs.map((input) => [input.dataset.field, input.value]));
  }

  /** The table's key, or null while a field is empty. */
  get key() {
    const values = this.#inputs.map((input) => input.value);
    if (values.length === 0) {
      return "*";
    }
    return values.every((value) => value !== "") ? joinKey(values) : null;
  }
}

/** Of the newest events, how many a key has at least that a ratio of it is opened on. */
const STEADY_SHARE = 1 / 25;

/** What the topic's newest events hold, as examples: values by field, most frequent first. */
export class Seen {
  #byField = new Map();
  #events = [];
  #listeners = [];

  get isEmpty() {
    return this.#events.length === 0;
  }

  /** Calls a listener when events are learned, which may be after the page was opened. */
  whenLearned(listener) {
    this.#listeners.push(listener);
  }

  /** Takes the newest events, in place of earlier ones. */
  learn(events) {
    this.#byField.clear();
    this.#events = events;
    for (const event of events) {
      for (const [field, value] of Object.entries(event)) {
        if (typeof value === "string" || Number.isInteger(value)) {
          const counts = this.#byField.get(field) ?? new Map();
          counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
          this.#byField.set(field, counts);
        }
      }
    }
    this.#listeners.forEach((listener) => listener());
  }

  #counts(field) {
    return [...(this.#byField.get(field) ?? new Map())].sort((a, b) => b[1] - a[1]);
  }

  values(field) {
    return this.#counts(field).map(([value]) => value);
  }

  /**
   * Fields of a key whose curves show the most. A count's is of a key with some traffic, but not so much that nothing is
   * seen to decay; a ratio's is of a busier one, as its rarer side should have several events a minute.
   */
  tellingFieldsFor(group) {
    const isRatio = Object.keys(group.ratios).length > 0;
    const least = isRatio ? Math.max(2, this.#events.length * STEADY_SHARE) : 2;
    return this.#fieldsOf(group, this.#counts(group.key[0]).findLast(([, count]) => count >= least)?.[0]);
  }

  /** Fields of the busiest key. */
  fieldsFor(group) {
    return this.#fieldsOf(group);
  }

  #fieldsOf(group, first = this.values(group.key[0])[0]) {
    const event = this.#events.findLast(
      (one) => String(one[group.key[0]]) === first && group.key.every((field) => field in one),
    );
    return Object.fromEntries(
      group.key.map((field) => [field, event ? String(event[field]) : (this.values(field)[0] ?? "")]),
    );
  }

  /** Adds the lists that inputs of key fields offer. */
  offer(fields) {
    for (const field of fields) {
      document.body.append(
        el("datalist", { id: `seen-${field}` }, ...this.values(field).slice(0, 30).map((value) => el("option", { value }))),
      );
    }
  }
}
