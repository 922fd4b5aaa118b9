import { call, endedSessions, liftRule, setRule, storedItem } from "./api.js";
import { byId, el, repeat, setOptions, setText } from "./dom.js";
import { ago, duration, millis, shown } from "./format.js";
import { featureName, fieldsOf, tauMillis } from "./counters.js";
import { KeyFields } from "./keys.js";
import { drawTimeline } from "./timeline.js";

const POLL_MILLIS = 1_000;
const ROWS = 12;
const FEATURES = 6;

/** The sessions of a key, and the rules that block it. */
export class Sessions {
  #catalog;
  #seen;
  #keys = new KeyFields(byId("sessions-key"), () => this.#choose());
  #blocked = null;
  #asked = null;
  #suggested = false;

  constructor(catalog, seen, settings) {
    this.#catalog = catalog;
    this.#seen = seen;
    const events = Object.keys(catalog.events).filter((name) => this.#verb(name)?.kind === "session");
    if (events.length === 0 && this.#lists([]).length === 0) {
      return;
    }
    byId("sessions").hidden = false;
    byId("sessions-link").hidden = false;
    setOptions(byId("sessions-event"), events, events[0]);
    byId("sessions-event").closest("label").hidden = events.length === 0;
    byId("sessions-event").addEventListener("change", () => this.#chooseEvent(settings));
    byId("sessions-window").addEventListener("change", () => this.#poll());
    byId("sessions-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#choose();
    });
    this.#chooseEvent(settings);
    seen.whenLearned(() => this.#keys.suggest(seen.fieldsFor({ key: this.#by })));
    repeat(POLL_MILLIS, () => this.#poll());
  }

  #verb(event) {
    return this.#catalog.events[event]?.verb;
  }

  get #event() {
    return byId("sessions-event").value;
  }

  /**
   * The fields that the chosen event's sessions are keyed by. Without session events, the field of
   * the first list.
   */
  get #by() {
    return this.#verb(this.#event)?.by ?? [Object.values(this.#catalog.rules.lists)[0]];
  }

  /** The lists of rules over the given fields; over any field if none are given. */
  #lists(fields) {
    return Object.entries(this.#catalog.rules?.lists ?? {}).filter(([, field]) => fields.length === 0 || fields.includes(field));
  }

  #chooseEvent(settings) {
    this.#keys.show({ key: this.#by }, this.#seen.fieldsFor({ key: this.#by }));
    this.#suggested = false;
    byId("rules-lists").replaceChildren(...this.#lists(this.#by).map(([list, field]) => this.#listRow(list, field, settings)));
    this.#restart();
  }

  #listRow(list, field, settings) {
    const button = (word, blocks) =>
      el(
        "button",
        {
          type: "button",
          "data-list": list,
          "data-blocks": String(blocks),
          "aria-label": `${word} the ${field} by the list ${list}`,
          disabled: settings.mayNotChangeRules !== null,
          title: settings.mayNotChangeRules ?? "",
          onclick: () => this.#ask(list, field, blocks),
        },
        word,
      );
    return el("li", {}, el("span", {}, "list ", el("b", {}, list), ` of ${field}s`), button("Block", true), button("Unblock", false));
  }

  /** Shows the key that the user typed, and stops suggesting others. */
  #choose() {
    this.#suggested = true;
    this.#restart();
  }

  #restart() {
    this.#blocked = null;
    this.#asked = null;
    setText(byId("rules-status"), "");
    this.#poll();
  }

  async #poll() {
    const key = this.#keys.key;
    try {
      await this.#suggest();
      if (key !== this.#keys.key) {
        return;
      }
      if (key === null) {
        setText(byId("sessions-note"), "type a key to see its sessions");
        return;
      }
      const [sessions] = await Promise.all([this.#sessions(key), this.#readFeatures(key)]);
      if (key === this.#keys.key) {
        this.#show(sessions);
      }
    } catch (problem) {
      setText(byId("sessions-note"), problem.message);
    }
  }

  /** Suggests the key with the most sessions, once there are some. */
  async #suggest() {
    const isTyping = byId("sessions-key").contains(document.activeElement);
    if (this.#suggested || isTyping || !this.#verb(this.#event)?.emit) {
      return;
    }
    const { keys } = await endedSessions(this.#event, null);
    if (keys.length > 0) {
      this.#suggested = true;
      this.#keys.show({ key: this.#by }, fieldsOf(this.#by, keys[0]));
    }
  }

  /** The ended sessions, and the open one. */
  async #sessions(key) {
    const verb = this.#verb(this.#event);
    if (!verb) {
      return { all: [], now: Date.now() };
    }
    const [ended, current] = await Promise.all([
      verb.emit ? endedSessions(this.#event, key) : { sessions: [] },
      this.#current(verb, key),
    ]);
    const told = ended.sessions.map((session) => ({ ...session, events: total(session.counts), open: session.reason === "open" }));
    const closed = told.filter((session) => !session.open);
    // Prefer the item's open session to the topic's, because the item may be newer.
    const open = current.session ? [current.session].filter(({ end }) => !closed.some((each) => each.end >= end)) : told.filter((session) => session.open);
    return { all: [...closed, ...open], now: current.now };
  }

  /**
   * The open session, from a group with the same key fields. Groups keep sessions of the records
   * that they count.
   */
  async #current(verb, key) {
    const gap = tauMillis(verb.gap);
    const interval = `session_${verb.gap}`;
    const found = Object.entries(this.#catalog.groups).find(
      ([, group]) => String(group.key) === String(verb.by) && group.intervals.includes(interval),
    );
    if (!found) {
      return { now: Date.now() };
    }
    const item = await storedItem(found[0], key);
    if (!item.found) {
      return { now: item.now };
    }
    const starts = found[1].counts.flatMap((name) => Object.keys(item.stored[name]?.[interval] ?? {}).map(Number));
    const start = Math.max(...starts);
    if (starts.length === 0 || item.now - item.lastUpdate > gap) {
      return { now: item.now };
    }
    const counts = Object.fromEntries(
      found[1].counts
        .filter((name) => verb.events.includes(found[1].events[name]))
        .map((name) => [found[1].events[name], item.stored[name]?.[interval]?.[start] ?? 0]),
    );
    return { now: item.now, session: { start, end: item.lastUpdate, counts, events: total(counts), open: true } };
  }

  #show({ all, now }) {
    const verb = this.#verb(this.#event);
    byId("sessions-line").hidden = !verb;
    byId("sessions-table").hidden = !verb;
    if (!verb) {
      return;
    }
    drawTimeline(byId("sessions-line"), all, Number(byId("sessions-window").value), now);
    const note = verb.emit ? `the newest sessions of topic ${verb.emit}` : "only the open session: without emit, ended sessions are not written to a topic";
    setText(byId("sessions-note"), `a session ends after a pause of ${verb.gap}${verb.most ? `, at most ${verb.most}` : ""}; ${note}`);
    const newest = all.toReversed().slice(0, ROWS);
    byId("sessions-table").replaceChildren(newest.length === 0 ? el("p", { className: "hint" }, "no session yet") : sessionTable(verb, newest, now));
  }

  /**
   * Features of the key: of its sessions, current ones, and others. Features that a rule blocks
   * have no value.
   */
  async #readFeatures(key) {
    const features = this.#telling();
    if (features.length === 0) {
      return;
    }
    const body = JSON.stringify({ features, candidates: [this.#keys.fields], include: ["statuses"] });
    const [result] = (await call("v1/features", { method: "POST", body })).json.results;
    if (key !== this.#keys.key) {
      return;
    }
    byId("rules-features").replaceChildren(
      el(
        "tbody",
        {},
        ...features.map((name, i) =>
          el(
            "tr",
            { "data-now": name },
            el("th", { scope: "row" }, name),
            el("td", { className: "value" }, shown(result.values[i])),
            el("td", {}, el("span", { className: "badge", "data-status": result.statuses[i] }, result.statuses[i])),
          ),
        ),
      ),
    );
    this.#blocked = result.statuses.includes("BLOCKED");
    this.#tellOutcome();
  }

  #telling() {
    const groups = Object.entries(this.#catalog.groups).filter(
      ([, group]) => group.key.length > 0 && group.key.every((field) => this.#by.includes(field)),
    );
    const found = new Set();
    const add = (group, measure, interval) => interval && found.add(featureName({ group, measure, interval }));
    for (const [name, group] of groups) {
      Object.entries(group.measures)
        .filter(([, measure]) => measure.events.includes(this.#event))
        .forEach(([measure, { intervals }]) => add(name, measure, intervals.at(-1)));
      group.counts.slice(0, 2).forEach((measure) => {
        const { intervals } = group.measures[measure];
        add(name, measure, intervals.find((interval) => interval.startsWith("session_")));
        add(name, measure, intervals.includes("lifetime") ? "lifetime" : intervals[0]);
      });
    }
    return [...found].slice(0, FEATURES);
  }

  async #ask(list, field, blocks) {
    const value = this.#keys.fields[field];
    if (!value) {
      setText(byId("rules-status"), `type a ${field}`);
      return;
    }
    this.#asked = null;
    const begin = performance.now();
    try {
      await (blocks ? setRule(list, value) : liftRule(list, value));
      this.#asked = { what: `${value} ${blocks ? "on" : "off"} the list ${list}`, blocks, begin };
      delete byId("rules-status").dataset.millis;
      setText(byId("rules-status"), `${this.#asked.what}: the topic has the rule; within 30 s the service ${blocks ? "blocks" : "serves"} it …`);
      this.#tellOutcome();
    } catch (problem) {
      setText(byId("rules-status"), problem.message);
    }
  }

  /** Reports when the features show the requested rule. */
  #tellOutcome() {
    if (this.#asked && this.#blocked === this.#asked.blocks) {
      const took = performance.now() - this.#asked.begin;
      byId("rules-status").dataset.millis = String(took);
      setText(byId("rules-status"), `${this.#asked.what}: ${this.#asked.blocks ? "BLOCKED" : "served again"} after ${millis(took)}`);
      this.#asked = null;
    }
  }
}

const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

const sessionTable = (verb, sessions, now) =>
  el(
    "table",
    { className: "entries" },
    el("thead", {}, el("tr", {}, ...["began", "length", ...verb.events, "end"].map((name) => el("th", { scope: "col" }, name)))),
    el(
      "tbody",
      {},
      ...sessions.map((session) =>
        el(
          "tr",
          { "data-start": String(session.start) },
          el("td", { title: new Date(session.start).toLocaleString() }, ago(now - session.start)),
          el("td", {}, duration(session.end - session.start)),
          ...verb.events.map((name) => el("td", {}, shown(session.counts[name] ?? 0))),
          el("td", {}, session.open ? "open" : endOf(session)),
        ),
      ),
    ),
  );

/** Why the session ended, and how often late events have corrected it since. */
const endOf = ({ reason, revision }) => `${reason}${revision > 0 ? `, corrected ${revision}×` : ""}`;
