import { get } from "./api.js";
import { startAccess } from "./access.js";
import { showCatalog } from "./catalog.js";
import { named } from "./places.js";
import { byId } from "./dom.js";
import { Explanation } from "./explain.js";
import { Seen } from "./keys.js";
import { Live } from "./live.js";
import { startParts } from "./parts.js";
import { Ranker } from "./ranker.js";
import { Sender } from "./send.js";

/** The topic's newest events, or none where they cannot be had: they are only examples. */
async function newestEvents() {
  try {
    return (await get("console/api/recent")).events;
  } catch {
    return [];
  }
}

async function start() {
  startAccess();
  startParts();
  try {
    const [catalog, events] = await Promise.all([get("v1/catalog"), newestEvents()]);
    const seen = new Seen(events.map((event) => named(catalog, event)));
    seen.offer(new Set(Object.values(catalog.groups).flatMap((group) => group.key)));
    const explain = new Explanation(catalog);
    const live = new Live(catalog, seen, explain);
    new Sender(catalog, live);
    new Ranker(catalog, seen, explain);
    showCatalog(catalog, seen, explain);
    document.body.dataset.ready = "true";
  } catch (problem) {
    byId("live-note").textContent = `The catalog cannot be read: ${problem.message}`;
  }
}

start();
