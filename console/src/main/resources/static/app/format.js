/** Numbers and instants for people. */

const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A number in few characters. */
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

/** A feature's value in few characters: a number, a text, or how many labels it has. */
export function shown(value) {
  if (typeof value === "string") {
    return value;
  }
  return value !== null && typeof value === "object" ? `${Object.keys(value).length} labels` : short(value);
}

/** Milliseconds as people time things. */
export function millis(value) {
  if (value >= 10_000) {
    return `${(value / 1000).toFixed(1)} s`;
  }
  return value >= 100 ? `${value.toFixed(0)} ms` : `${value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

export const whole = (value) => GROUPED.format(value).replaceAll(",", "\u202f");

export const instant = (epochMillis) => new Date(epochMillis).toISOString().replace("T", " ");
