import { get } from "./api.js";
import { byId, el, repeat, setText } from "./dom.js";

const POLL_MILLIS = 2_000;
const NAMES = ["broker", "job", "store", "service"];
const WORDS = { UP: "up", BEHIND: "behind", DOWN: "down", UNKNOWN: "unknown" };

/** Shows whether each part is up, anew every two seconds, and whether this page may send events. */
export function startParts() {
  const shown = new Map(
    NAMES.map((name) => {
      const state = el("span", { className: "state" }, "…");
      const detail = el("span", { className: "detail" });
      const item = el("li", { "data-part": name }, el("b", {}, name), " ", state, detail);
      return [name, { item, state, detail }];
    }),
  );
  byId("parts").replaceChildren(...[...shown.values()].map((part) => part.item));

  const show = (name, state, reason) => {
    const part = shown.get(name);
    part.item.dataset.state = state;
    part.item.title = reason;
    setText(part.state, WORDS[state]);
    setText(part.detail, reason);
  };
  repeat(POLL_MILLIS, async () => {
    try {
      const { parts, mayNotSend } = await get("console/api/status");
      byId("send-button").disabled = mayNotSend !== null;
      setText(byId("send-note"), mayNotSend ?? "");
      parts.forEach((part) => show(part.name, part.state, part.detail));
    } catch (problem) {
      const down = problem.status === 0 || problem.status >= 500;
      NAMES.forEach((name) => show(name, "UNKNOWN", "the service does not say"));
      show("service", down ? "DOWN" : "UNKNOWN", problem.message);
    }
  });
}
