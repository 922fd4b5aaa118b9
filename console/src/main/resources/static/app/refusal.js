import { onRefusal } from "./api.js";
import { byId } from "./dom.js";

/** Shows at the top of the page that the service does not accept the console's API key. */
export function startRefusals(hasApiKey) {
  const banner = byId("refused");
  banner.textContent = hasApiKey
    ? "The service answered 401: it does not know the console's API key."
    : "The service answered 401: it asks for an API key; counter-machine.console.api-key gives the console one.";
  onRefusal((refused) => (banner.hidden = !refused));
}
