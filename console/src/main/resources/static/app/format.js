/** Formats numbers and instants for people. */

const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A number in a few characters. */
export function short(value) {
  if (value === null || value === undefined) {
    return "null";
  }
  const size = Math.abs(value);
  if (value === 0) {
    return "0";
  }
  if (size >= 1e9 || size < 1e-4) {
    return value.toExponential(2);
  }
  if (size >= 1e4) {
    return GROUPED.format(value);
  }
  if (size >= 1000) {
    return value.toFixed(1);
  }
  return String(Number(value.toPrecision(size >= 1 ? 5 : 4)));
}

/** A feature's value in a few characters: a number, a text, or the number of labels or entries. */
export function shown(value) {
  if (typeof value === "string") {
    return value;
  }
  if (Array.isArray(value)) {
    return value.length === 1 ? "1 entry" : `${value.length} entries`;
  }
  return value !== null && typeof value === "object" ? `${Object.keys(value).length} labels` : short(value);
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** The time since an instant, in the largest unit that gives at least two. */
export function ago(millis) {
  const [unit, length] = UNITS.find(([, length]) => millis >= 2 * length) ?? UNITS.at(-1);
  const count = Math.floor(millis / length);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** A duration in its two largest units. */
export function duration(millis) {
  const seconds = Math.round(millis / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = Math.max(0, parts.findIndex(([count]) => count > 0));
  const said = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return said.length === 0 ? "0 s" : said.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** Milliseconds with a sensible unit and precision. */
export function millis(value) {
  if (value >= 10_000) {
    return `${(value / 1000).toFixed(1)} s`;
  }
  return value >= 100 ? `${value.toFixed(0)} ms` : `${value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

export const whole = (value) => GROUPED.format(value).replaceAll(",", "\u202f");

export const instant = (epochMillis) => new Date(epochMillis).toISOString().replace("T", " ");
