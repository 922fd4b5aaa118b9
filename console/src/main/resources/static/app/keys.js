import { el } from "./dom.js";
import { joinKey } from "./counters.js";

/** One input per key field of a group, with recently seen values as suggestions. */
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

  /** Suggests values, unless the user has already started to type. */
  suggest(values) {
    if (this.#inputs.every((input) => input.value === "" && input !== document.activeElement)) {
      this.#inputs.forEach((input) => (input.value = values[input.dataset.field]));
    }
  }

  /** The values of the inputs, by field. */
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

/** A ratio is first shown for a key that has at least this share of the newest events. */
const STEADY_SHARE = 1 / 25;

/** Example values from the topic's newest events: values by field, most frequent first. */
export class Seen {
  #byField = new Map();
  #events = [];
  #listeners = [];

  get isEmpty() {
    return this.#events.length === 0;
  }

  /** Calls a listener when events arrive, which may be after the page was opened. */
  whenLearned(listener) {
    this.#listeners.push(listener);
  }

  /** Replaces the events by the newest ones. */
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
   * Key fields whose curves are the most interesting. For a count, it picks a key with some
   * traffic, but not so much that the decay is invisible. For a ratio, it picks a busier key,
   * because the rarer side should have several events per minute.
   */
  tellingFieldsFor(group) {
    const isRatio = Object.keys(group.ratios).length > 0;
    const least = isRatio ? Math.max(2, this.#events.length * STEADY_SHARE) : 2;
    return this.#fieldsOf(group, this.#counts(group.key[0]).findLast(([, count]) => count >= least)?.[0]);
  }

  /** The fields of the busiest key. */
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

  /** Adds the lists of suggestions for inputs of key fields. */
  offer(fields) {
    for (const field of fields) {
      document.body.append(
        el("datalist", { id: `seen-${field}` }, ...this.values(field).slice(0, 30).map((value) => el("option", { value }))),
      );
    }
  }
}
