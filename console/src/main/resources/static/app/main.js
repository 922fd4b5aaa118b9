import { get } from "./api.js";
import { showCatalog } from "./catalog.js";
import { named } from "./places.js";
import { byId, pause } from "./dom.js";
import { Explanation } from "./explain.js";
import { Seen } from "./keys.js";
import { startComponents } from "./components.js";
import { Live } from "./live.js";
import { Ranker } from "./ranker.js";
import { startRefusals } from "./refusal.js";
import { Sender } from "./send.js";
import { Sessions } from "./sessions.js";

/** The topic's newest events; none if they cannot be read, because they are only examples. */
async function newestEvents() {
  try {
    return (await get("console/api/recent")).events;
  } catch {
    return [];
  }
}

const LEARN_MILLIS = 2_000;
const LEARN_TIMES = 60;

/**
 * Loads the examples later if the page was opened before the first event, or if the first read
 * failed.
 */
async function learnLater(seen, learn, fields) {
  for (let i = 0; i < LEARN_TIMES && seen.isEmpty; i++) {
    await pause(LEARN_MILLIS);
    learn(await newestEvents());
  }
  seen.offer(fields);
}

async function start() {
  startComponents();
  try {
    const settings = await get("console/api/settings");
    startRefusals(settings.hasApiKey);
    byId("api-link").href = `${settings.serviceUrl}/swagger-ui.html`;
    byId("send-button").disabled = settings.mayNotSend !== null;
    byId("send-note").textContent = settings.mayNotSend ?? "";
    const [catalog, events] = await Promise.all([get("v1/catalog"), newestEvents()]);
    const seen = new Seen();
    const learn = (newest) => seen.learn(newest.map((event) => named(catalog, event)));
    learn(events);
    const explain = new Explanation(catalog);
    const live = new Live(catalog, seen, explain);
    new Sender(catalog, live);
    new Sessions(catalog, seen, settings);
    new Ranker(catalog, seen, explain, settings);
    showCatalog(catalog, seen, explain);
    document.body.dataset.ready = "true";
    learnLater(seen, learn, new Set(Object.values(catalog.groups).flatMap((group) => group.key)));
  } catch (problem) {
    byId("live-note").textContent = `The catalog cannot be read: ${problem.message}`;
  }
}

start();
