import { apiKey, onRefusal, setApiKey } from "./api.js";
import { byId } from "./dom.js";

/** The form for the API key, and the word that one is wanted. */
export function startAccess() {
  const form = byId("access");
  const toggle = byId("access-toggle");
  const input = byId("access-key");
  const banner = byId("refused");

  const show = (shown) => {
    form.hidden = !shown;
    toggle.setAttribute("aria-expanded", String(shown));
  };
  input.value = apiKey();
  toggle.addEventListener("click", () => {
    show(form.hidden);
    if (!form.hidden) {
      input.focus();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    setApiKey(input.value.trim());
    location.reload();
  });
  byId("access-forget").addEventListener("click", () => {
    setApiKey("");
    location.reload();
  });
  onRefusal((refused) => {
    if (refused && banner.hidden) {
      banner.textContent =
        apiKey() === ""
          ? "The service answered 401: it wants an API key. Type one above."
          : "The service answered 401: it does not know this API key.";
      show(true);
    }
    banner.hidden = !refused;
  });
}
