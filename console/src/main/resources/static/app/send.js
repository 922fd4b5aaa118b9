import { call, get, storedItem } from "./api.js";
import { byId, el, pause, setOptions, setText } from "./dom.js";
import { decaysOf, fieldsOf, itemsOf, measureOf, tauMillis, valueAt } from "./counters.js";
import { millis } from "./format.js";
import { inText, named, write } from "./places.js";

const POLL_MILLIS = 50;
const LIMIT_MILLIS = 20_000;
const SAME = 1e-9;
const QUIET_KEY = "console";
const STAGES = [
  ["produced", "the broker has it"],
  ["counted", "the job has read it"],
  ["stored", "the table's item changed"],
  ["readable", "a ranker's request returns it"],
];

/** Sends an event, and measures how long it takes to become visible in a ranker's call. */
export class Sender {
  #catalog;
  #live;
  #stages = new Map();

  constructor(catalog, live) {
    this.#catalog = catalog;
    this.#live = live;
    // Derived events cannot be sent as records.
    const names = Object.keys(catalog.events).filter((name) => Object.keys(catalog.events[name].of).length === 0);
    setOptions(byId("send-name"), names, names.includes("like") ? "like" : names[0]);
    byId("send-name").addEventListener("change", () => this.#write());
    byId("send-body").addEventListener("input", () => this.#offerItems());
    byId("send-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (byId("send-form").ariaBusy !== "true") {
        this.#send();
      }
    });
    byId("stages").replaceChildren(...STAGES.map(([name, what]) => this.#stage(name, what)));
    this.#write();
  }

  #stage(name, what) {
    const bar = el("span", { className: "bar" });
    const time = el("span", { className: "took" }, "–");
    this.#stages.set(name, { bar, time });
    return el(
      "li",
      { "data-stage": name, "data-state": "idle" },
      el("span", { className: "stage-name" }, el("b", {}, name), " ", el("span", { className: "hint" }, what)),
      el("span", { className: "track", "aria-hidden": "true" }, bar),
      time,
    );
  }

  #now() {
    const { unit } = this.#catalog.timestamps;
    if (unit === "iso8601") {
      return new Date().toISOString();
    }
    return unit === "seconds" ? Math.floor(Date.now() / 1000) : Date.now();
  }

  /** An event of the chosen name with all key fields, for a key that other traffic does not use. */
  #write() {
    const name = byId("send-name").value;
    const event = {};
    const put = (field, value) => write(this.#catalog, event, field, value);
    put("eventName", name);
    for (const group of Object.values(this.#catalog.groups)) {
      group.key.forEach((field) => put(field, QUIET_KEY));
    }
    const valueField = this.#catalog.events[name].value;
    if (valueField) {
      put(valueField, 1500);
    }
    put("eventTs", this.#now());
    byId("send-body").value = JSON.stringify(event, null, 1);
    this.#offerItems();
  }

  /** The event, with its values under the catalog's names. */
  #event() {
    try {
      const event = JSON.parse(byId("send-body").value);
      return event && typeof event === "object" && !Array.isArray(event) ? named(this.#catalog, event) : null;
    } catch {
      return null;
    }
  }

  #offerItems() {
    const event = this.#event();
    const items = event ? itemsOf(this.#catalog, event) : [];
    const select = byId("send-watch");
    const chosen = select.value;
    setOptions(select, items.map(({ group }) => group), chosen, (group) => group);
    select.disabled = items.length === 0;
  }

  async #send() {
    const event = this.#event();
    if (event && byId("send-now").checked && "eventTs" in event) {
      // Edit the text, so that long integers elsewhere in it stay unchanged.
      byId("send-body").value = byId("send-body").value.replace(
        inText(this.#catalog, "eventTs"),
        `$1${JSON.stringify(this.#now())}`,
      );
    }
    const item = event
      ? itemsOf(this.#catalog, event).find(({ group }) => group === byId("send-watch").value)
      : undefined;
    byId("send-form").ariaBusy = "true";
    STAGES.forEach(([name]) => this.#set(name, "idle", "–"));
    setText(byId("send-status"), "");
    try {
      await this.#time(byId("send-body").value, event, item);
    } catch (problem) {
      this.#set("produced", "failed", "no");
      setText(byId("send-status"), problem.message);
    } finally {
      byId("send-form").ariaBusy = "false";
    }
  }

  async #time(text, event, item) {
    const measure = item && measureOf(this.#catalog.groups[item.group], event.eventName);
    const before = item ? await storedItem(item.group, item.key) : null;
    if (item && byId("send-follow").checked) {
      this.#live.follow(item.group, event, measure);
    }
    const begin = performance.now();
    STAGES.forEach(([name]) => this.#set(name, "waiting", "…"));
    const sent = (await call("console/api/events", { method: "POST", body: text })).json;
    const done = (name) => this.#set(name, "done", performance.now() - begin);
    done("produced");
    setText(byId("send-status"), `partition ${sent.partition}, offset ${sent.offset}; acknowledged in ${millis(sent.ackMillis)}`);
    const counted = this.#await("counted", begin, async () => {
      const path = `console/api/progress?partition=${sent.partition}&offset=${sent.offset}`;
      return (await get(path)).taken;
    }).then(() => done("counted"));
    if (!item) {
      ["stored", "readable"].forEach((name) => this.#set(name, "unknown", "no item"));
      await counted.catch((problem) => this.#fail("counted", problem));
      return;
    }
    const ways = new Watched(this.#catalog, item, measure, before);
    const stored = this.#await("stored", begin, () => ways.isStored()).then(() => done("stored"));
    const readable = stored.then(() => this.#await("readable", begin, () => ways.isReadable())).then(() => done("readable"));
    await Promise.all([
      counted.catch((problem) => this.#fail("counted", problem)),
      stored.catch((problem) => this.#fail("stored", problem)),
      readable.catch((problem) => this.#fail("readable", problem)),
    ]);
  }

  #fail(name, problem) {
    this.#set(name, problem.status === 503 ? "unknown" : "failed", problem.status === 503 ? "unknown" : "no");
    setText(byId("send-status"), `${name}: ${problem.message}`);
  }

  async #await(name, begin, isThere) {
    while (!(await isThere())) {
      if (performance.now() - begin > LIMIT_MILLIS) {
        throw new Error(`not seen within ${LIMIT_MILLIS / 1000} s; a dead letter or a duplicate changes no counter`);
      }
      await pause(POLL_MILLIS);
    }
  }

  #set(name, state, time) {
    const stage = this.#stages.get(name);
    stage.bar.parentElement.parentElement.dataset.state = state;
    if (typeof time === "number") {
      stage.millis = time;
      stage.time.dataset.millis = String(time);
      setText(stage.time, millis(time));
    } else {
      stage.millis = 0;
      delete stage.time.dataset.millis;
      setText(stage.time, time);
    }
    const longest = Math.max(1, ...[...this.#stages.values()].map((one) => one.millis ?? 0));
    for (const one of this.#stages.values()) {
      one.bar.style.width = `${(100 * (one.millis ?? 0)) / longest}%`;
    }
  }
}

/** The item that is expected to change. */
class Watched {
  #path;
  #item;
  #measure;
  #interval;
  #before;
  #after;

  constructor(catalog, item, measure, before) {
    const group = catalog.groups[item.group];
    // The longest interval, because the change decays least while the page waits for it.
    this.#interval = decaysOf(group).sort((a, b) => tauMillis(b) - tauMillis(a))[0];
    this.#path = `${item.group}.${measure}.${this.#interval}`;
    this.#item = { ...item, fields: group.key };
    this.#measure = measure;
    this.#before = before;
  }

  #value(item, at) {
    return item.found ? valueAt(item, this.#measure, this.#interval, at) : 0;
  }

  /** Whether the table's item differs from before the event. */
  async isStored() {
    const item = await storedItem(this.#item.group, this.#item.key);
    const change = this.#value(item, item.now) - this.#value(this.#before, item.now);
    const changed = item.lastUpdate !== this.#before.lastUpdate || Math.abs(change) > SAME * Math.abs(this.#value(item, item.now));
    if (item.found && changed) {
      this.#after = item;
    }
    return this.#after !== undefined;
  }

  /** Whether a ranker's call returns a value that includes the change. */
  async isReadable() {
    const candidate = fieldsOf(this.#item.fields, this.#item.key);
    const body = JSON.stringify({ features: [this.#path], candidates: [candidate] });
    const answer = (await call("v1/features", { method: "POST", body })).json;
    const at = answer.metadata.asOf;
    const [before, after] = [this.#value(this.#before, at), this.#value(this.#after, at)];
    const read = answer.results[0].values[0];
    const nearer = Math.abs(read - after) <= Math.abs(read - before);
    return nearer || Math.abs(read - before) >= Math.abs(after - before);
  }
}
