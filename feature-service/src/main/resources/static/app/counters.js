/** The arithmetic of decayed counters, as the service does it. */

const UNIT_MILLIS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** An interval's time constant in milliseconds; infinite for lifetime. */
export function tauMillis(interval) {
  const form = /^(\d+)(ms|s|m|h|d)$/.exec(interval);
  return form ? Number(form[1]) * UNIT_MILLIS[form[2]] : Infinity;
}

/** exp(-elapsed / tau), and 1 where nothing elapsed. */
export function factor(elapsedMillis, tau) {
  return elapsedMillis <= 0 || tau === Infinity ? 1 : Math.exp(-elapsedMillis / tau);
}

/** A stored item's value at an instant; 0 of what never happened. */
export function valueAt(item, measure, interval, atMillis) {
  const stored = item?.stored?.[measure]?.[interval] ?? 0;
  return stored === 0 ? 0 : stored * factor(atMillis - item.lastUpdate, tauMillis(interval));
}

/** The table's key: values joined with |, with \ before \ and | inside a value. */
export const joinKey = (values) =>
  values.map((value) => String(value).replace(/[\\|]/g, "\\$&")).join("|");

const isKeyValue = (value) =>
  (typeof value === "string" && value !== "") || Number.isSafeInteger(value);

/** The key that fields make in a group, or null where one is missing. */
export function keyOf(group, fields) {
  const values = group.key.map((field) => fields[field]);
  return values.every(isKeyValue) ? joinKey(values) : null;
}

/** The items that an event changes. */
export function itemsOf(catalog, event) {
  return Object.entries(catalog.groups)
    .filter(([, group]) => measuresOf(group).includes(event.eventName))
    .map(([name, group]) => ({ group: name, key: keyOf(group, event) }))
    .filter((item) => item.key !== null);
}

export const measuresOf = (group) => [...group.counts, ...group.sums];

/** A feature's group, measure and interval; none of the names has a dot. */
export function partsOf(feature) {
  const [group, measure, interval] = feature.split(".");
  return { group, measure, interval };
}
