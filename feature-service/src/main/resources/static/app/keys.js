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

  /** The table's key, or null while a field is empty. */
  get key() {
    const values = this.#inputs.map((input) => input.value);
    return values.length > 0 && values.every((value) => value !== "") ? joinKey(values) : null;
  }
}

/** What the topic's newest events hold, as examples: values by field, most frequent first. */
export class Seen {
  #byField = new Map();
  #events;

  constructor(events) {
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
  }

  #counts(field) {
    return [...(this.#byField.get(field) ?? new Map())].sort((a, b) => b[1] - a[1]);
  }

  values(field) {
    return this.#counts(field).map(([value]) => value);
  }

  /** Fields of a key with some traffic, but not so much that nothing is seen to decay. */
  quietFieldsFor(group) {
    return this.#fieldsOf(group, this.#counts(group.key[0]).findLast(([, count]) => count > 1)?.[0]);
  }

  /** Fields of the busiest key. */
  fieldsFor(group) {
    return this.#fieldsOf(group, this.values(group.key[0])[0]);
  }

  #fieldsOf(group, first) {
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
