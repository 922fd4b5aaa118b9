/** Computes decayed counters in the same way as the service. */

const UNIT_MILLIS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** An interval's time constant in milliseconds; infinite for lifetime. */
export function tauMillis(interval) {
  const form = /^(\d+)(ms|s|m|h|d)$/.exec(interval);
  return form ? Number(form[1]) * UNIT_MILLIS[form[2]] : Infinity;
}

/** exp(-elapsed / tau), or 1 if no time has elapsed. */
export function factor(elapsedMillis, tau) {
  return elapsedMillis <= 0 || tau === Infinity ? 1 : Math.exp(-elapsedMillis / tau);
}

/** A stored item's value at an instant; 0 for a measure that never happened. */
export function valueAt(item, measure, interval, atMillis) {
  const stored = item?.stored?.[measure]?.[interval] ?? 0;
  return stored === 0 ? 0 : stored * factor(atMillis - item.lastUpdate, tauMillis(interval));
}

/**
 * The ratio of two sides; null if it is undefined. Without a prior, the decay factor of both sides
 * cancels.
 */
export function quotient(ratio, decayed, stored) {
  const divided =
    ratio.prior === null
      ? stored[0] / stored[1]
      : (decayed[0] + ratio.weight * ratio.prior) / (decayed[1] + ratio.weight);
  return Number.isFinite(divided) ? divided : null;
}

/** A count, a sum or a ratio of a stored item at an instant; null for an undefined ratio. */
export function featureAt(group, item, measure, interval, atMillis) {
  const ratio = group.ratios[measure];
  if (!ratio) {
    return valueAt(item, measure, interval, atMillis);
  }
  const sides = [ratio.of, ratio.per];
  return quotient(
    ratio,
    sides.map((side) => valueAt(item, side, interval, atMillis)),
    sides.map((side) => item?.stored?.[side]?.[interval] ?? 0),
  );
}

/** The table's key: the values joined with |. Inside a value, \ and | are escaped with \. */
export const joinKey = (values) =>
  values.map((value) => String(value).replace(/[\\|]/g, "\\$&")).join("|");

/** The fields of a key, by name. */
export function fieldsOf(names, key) {
  const values = [...key.matchAll(/(?:^|\|)((?:[^\\|]|\\.)*)/g)].map((part) => part[1].replace(/\\(.)/g, "$1"));
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

const isKeyValue = (value) =>
  (typeof value === "string" && value !== "") || Number.isSafeInteger(value);

/** The key that fields form in a group; null if one is missing. */
export function keyOf(group, fields) {
  if (group.key.length === 0) {
    return "*";
  }
  const values = group.key.map((field) => fields[field]);
  return values.every(isKeyValue) ? joinKey(values) : null;
}

/** The items that an event changes. */
export function itemsOf(catalog, event) {
  return Object.entries(catalog.groups)
    .filter(([, group]) => measureOf(group, event.eventName) !== undefined && decaysOf(group).length > 0)
    .map(([name, group]) => ({ group: name, key: keyOf(group, event) }))
    .filter((item) => item.key !== null);
}

const isDecay = (interval) => interval === "lifetime" || tauMillis(interval) !== Infinity;

/**
 * The intervals of a group whose numbers decay, or stay for lifetime; without windows and sessions.
 */
export const decaysOf = (group) => group.intervals.filter(isDecay);

/** Whether a feature's value is a stored number that decays, or a ratio of such numbers. */
export const isPlain = (group, measure, interval) =>
  isDecay(interval) && (measuresOf(group).includes(measure) || measure in group.ratios);

/** Counts, sums and unique counts: measures whose stored numbers decay between events. */
export const measuresOf = (group) => [
  ...group.counts,
  ...group.sums,
  ...Object.keys(group.measures).filter((name) => group.measures[name].kind === "uniques"),
];

/** The first measure of a group that an event feeds, or undefined. */
export const measureOf = (group, eventName) =>
  measuresOf(group).find((measure) => group.events[measure] === eventName);

/**
 * The name of a feature. Lists, firsts, lasts and formulas that name their intervals have no
 * interval of their own.
 */
export const featureName = ({ group, measure, interval }) => `${group}.${measure}${interval ? `.${interval}` : ""}`;

/**
 * A feature's value in the service's response for an item: a number, numbers by label, entries, a
 * text or null.
 */
export function valueOf(item, what) {
  if (what.measure in item.decayed) {
    return item.decayed[what.measure][what.interval];
  }
  const own = what.interval ? undefined : (item.lists[what.measure] ?? endOf(item, what.measure)?.value);
  return own ?? item.formulas[featureName(what)]?.value ?? null;
}

/** The value of a first or last and its instant; undefined if there is none. */
export const endOf = (item, measure) => item.firsts[measure] ?? item.lasts[measure];

/** A feature's group, measure and interval. None of the names contains a dot. */
export function partsOf(feature) {
  const [group, measure, interval] = feature.split(".");
  return { group, measure, interval };
}
