import { el } from "./dom.js";
import { duration } from "./format.js";

const HOURS = [1, 2, 3, 6, 12, 24, 48].map((hours) => hours * 3_600_000);
const STEPS = [60_000, 300_000, 600_000, 900_000, 1_800_000, ...HOURS];
const MOST_LABELS = 7;
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });

/** Draws sessions on a timeline that ends now. An open session has another colour. */
export function drawTimeline(holder, sessions, windowMillis, now) {
  const from = now - windowMillis;
  const at = (millis) => `${(100 * (Math.max(from, Math.min(now, millis)) - from)) / windowMillis}%`;
  const seen = sessions.filter((session) => session.end >= from);
  const bars = seen.map((session) => {
    const bar = el("div", {
      className: "session",
      "data-start": String(session.start),
      "data-end": String(session.end),
      "data-open": String(session.open === true),
      title: `${timeOf(session.start, windowMillis)}, ${duration(session.end - session.start)}, ${session.events} events`,
    });
    bar.style.left = at(session.start);
    bar.style.width = `max(3px, calc(${at(session.end)} - ${at(session.start)}))`;
    return bar;
  });
  const step = STEPS.find((each) => windowMillis / each <= MOST_LABELS) ?? HOURS.at(-1);
  const zone = new Date(now).getTimezoneOffset() * 60_000;
  const labels = [];
  for (let tick = Math.ceil((from - zone) / step) * step + zone; tick <= now; tick += step) {
    const label = el("span", { className: "instant" }, timeOf(tick, windowMillis));
    label.style.left = at(tick);
    labels.push(label);
  }
  holder.setAttribute("aria-label", `${seen.length} session${seen.length === 1 ? "" : "s"} in the last ${duration(windowMillis)}`);
  holder.replaceChildren(...labels, ...bars);
}

const timeOf = (millis, windowMillis) => (windowMillis > 86_400_000 ? DAY : TIME).format(millis);
