import { get } from "./api.js";
import { byId, el, repeat, setText } from "./dom.js";

const POLL_MILLIS = 2_000;
const NAMES = ["broker", "job", "store", "service"];
const WORDS = { UP: "up", BEHIND: "behind", DOWN: "down", UNKNOWN: "unknown" };

/** Shows whether each component is up. Refreshes every two seconds. */
export function startComponents() {
  const shown = new Map(
    NAMES.map((name) => {
      const state = el("span", { className: "state" }, "…");
      const detail = el("span", { className: "detail" });
      const item = el("li", { "data-component": name }, el("b", {}, name), " ", state, detail);
      return [name, { item, state, detail }];
    }),
  );
  byId("components").replaceChildren(...[...shown.values()].map((component) => component.item));

  const show = (name, state, reason) => {
    const component = shown.get(name);
    component.item.dataset.state = state;
    component.item.title = reason;
    setText(component.state, WORDS[state]);
    setText(component.detail, reason);
  };
  repeat(POLL_MILLIS, async () => {
    try {
      const { components } = await get("console/api/status");
      components.forEach(({ name, state, detail }) => show(name, state, detail));
    } catch (problem) {
      NAMES.forEach((name) => show(name, "UNKNOWN", problem.message));
    }
  });
}
