import { featureAt, valueAt } from "./counters.js";

const KEPT_MILLIS = 15 * 60_000;
const GROWTH = 1e-9;

/**
 * The states of one item that polls saw. Each state holds from its start until the start of the
 * next: a stored value only decays between events, so the values between two polls are known, too.
 */
export class History {
  states = [];
  events = [];

  /** Records what a poll saw at an instant of the service's clock. Returns whether it is new. */
  add(item, seenMillis) {
    const last = this.states.at(-1);
    if (last && same(last.item, item)) {
      return false;
    }
    let start = item ? Math.min(item.lastUpdate, seenMillis) : -Infinity;
    if (last) {
      // A late event changes a value, but not the item's instant.
      start = start > last.start ? start : seenMillis;
      this.events.push({ at: start, measures: movedUp(last.item, item, seenMillis) });
    }
    this.states.push({ item, start });
    this.#forget(seenMillis - KEPT_MILLIS);
    return true;
  }

  #forget(before) {
    while (this.states.length > 1 && this.states[1].start < before) {
      this.states.shift();
    }
    while (this.events.length > 0 && this.events[0].at < before) {
      this.events.shift();
    }
  }

  /** The times of events of any of the measures, as far as polls could distinguish them. */
  eventsOf(measures, fromMillis) {
    return this.events
      .filter((event) => event.at > fromMillis && event.measures.some((one) => measures.includes(one)))
      .map((event) => event.at);
  }

  get newest() {
    return this.states.at(-1);
  }

  /**
   * The points of each interval's curve within a period: xs in milliseconds before the end, ys by
   * interval.
   */
  curve(group, measure, intervals, fromMillis, toMillis, points) {
    const xs = [];
    const ys = intervals.map(() => []);
    const add = (state, at) => {
      xs.push((at - toMillis) / 1000);
      intervals.forEach((interval, i) => ys[i].push(featureAt(group, state.item, measure, interval, at)));
    };
    const step = (toMillis - fromMillis) / points;
    this.states.forEach((state, i) => {
      const begin = Math.max(state.start, fromMillis);
      const end = Math.min(this.states[i + 1]?.start ?? toMillis, toMillis);
      if (begin > end) {
        return;
      }
      for (let at = begin; at < end; at += step) {
        add(state, at);
      }
      add(state, end);
    });
    return { xs, ys };
  }
}

function same(one, other) {
  return (
    one === other ||
    (one && other && one.lastUpdate === other.lastUpdate && JSON.stringify(one.stored) === JSON.stringify(other.stored))
  );
}

/** The measures whose value is greater than what the older state has decayed to. */
export function movedUp(older, newer, atMillis) {
  return Object.keys(newer?.stored ?? {}).filter((measure) =>
    Object.keys(newer.stored[measure]).some((interval) => {
      const now = valueAt(newer, measure, interval, atMillis);
      const before = valueAt(older, measure, interval, atMillis);
      return now - before > GROWTH * Math.max(1e-6, Math.abs(before));
    }),
  );
}
