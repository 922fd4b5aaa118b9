import { call } from "./api.js";
import { AnswerTable } from "./table.js";
import { byId, el, setText } from "./dom.js";
import { millis } from "./format.js";
import { partsOf } from "./counters.js";
import { SNIPPETS } from "./snippets.js";

const CANDIDATES = 5;
const FEATURES = 5;

/** The ranker's call: its body, its response, and the same call for other programs. */
export class Ranker {
  #catalog;
  #table;
  #settings;
  #kind = "curl";

  constructor(catalog, seen, explain, settings) {
    this.#catalog = catalog;
    this.#settings = settings;
    this.#table = new AnswerTable(byId("ask-table"), catalog, explain);
    const body = byId("ask-body");
    let offered = (body.value = this.#example(seen));
    seen.whenLearned(() => {
      if (body.value === offered) {
        offered = body.value = this.#example(seen);
        this.#showSnippet();
      }
    });
    body.addEventListener("input", () => this.#showSnippet());
    body.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        byId("ask-form").requestSubmit();
      }
    });
    byId("ask-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (byId("ask-form").ariaBusy !== "true") {
        this.#ask();
      }
    });
    this.#startTabs();
  }

  /**
   * An example call with keys of the newest events. The first field that all candidates share goes
   * into the context.
   */
  #example(seen) {
    const [set] = Object.keys(this.#catalog.sets);
    const features = set
      ? this.#catalog.sets[set]
      : Object.values(this.#catalog.groups).flatMap((group) => group.features).slice(0, FEATURES);
    const fields = [...new Set(features.flatMap((name) => this.#catalog.groups[partsOf(name).group].key))];
    const shared = fields.includes("userId") && fields.length > 1 ? "userId" : null;
    const value = (field, i) => {
      const values = seen.values(field);
      return values[i % Math.max(values.length, 1)] ?? `${field}-${i + 1}`;
    };
    const own = fields.filter((field) => field !== shared);
    const candidates = Array.from({ length: CANDIDATES }, (_, i) =>
      JSON.stringify(Object.fromEntries(own.map((field) => [field, value(field, i)]))),
    );
    return [
      "{",
      set ? ` "set": ${JSON.stringify(set)},` : ` "features": ${JSON.stringify(features)},`,
      ...(shared ? [` "context": ${JSON.stringify({ [shared]: value(shared, 0) })},`] : []),
      ` "candidates": [`,
      candidates.map((candidate) => `  ${candidate}`).join(",\n"),
      " ],",
      ' "include": ["statuses"]',
      "}",
    ].join("\n");
  }

  async #ask() {
    const text = byId("ask-body").value;
    byId("ask-form").ariaBusy = "true";
    try {
      const answer = await call("v1/features", { method: "POST", body: text });
      this.#table.show(JSON.parse(text), answer.json);
      this.#showTime(answer);
      const { results, metadata } = answer.json;
      setText(
        byId("ask-status"),
        `${results.length} candidates × ${metadata.features.length} features as of ${metadata.asOf}` +
          (metadata.partial ? "; the store failed for some keys" : ""),
      );
    } catch (problem) {
      byId("ask-table").hidden = true;
      byId("ask-time").hidden = true;
      const field = problem.field ? `${problem.field}: ` : "";
      setText(byId("ask-status"), `${problem.status || ""} ${field}${problem.message}`.trim());
    } finally {
      byId("ask-form").ariaBusy = "false";
    }
  }

  /**
   * Shows a bar of how the time was spent: the times that the service reports, and the rest of the
   * round trip.
   */
  #showTime({ headers, tookMillis }) {
    const parts = serverTiming(headers.get("Server-Timing") ?? "");
    const known = parts.reduce((sum, part) => sum + part.millis, 0);
    parts.push({ name: "rest", millis: Math.max(0, tookMillis - known), what: "HTTP, parsing, network" });
    const bar = el("div", { className: "time-bar", "aria-hidden": "true" });
    const legend = el("ul", { className: "legend", "aria-label": "Where the time went" });
    parts.forEach((part) => {
      const piece = el("span", { "data-part": part.name });
      piece.style.flexGrow = String(part.millis);
      bar.append(piece);
      legend.append(
        el(
          "li",
          { "data-part": part.name, "data-millis": String(part.millis) },
          `${part.name} `,
          el("b", {}, millis(part.millis)),
          part.what ? el("span", { className: "hint" }, ` ${part.what}`) : null,
        ),
      );
    });
    legend.append(el("li", { "data-part": "all", "data-millis": String(tookMillis) }, "round trip ", el("b", {}, millis(tookMillis))));
    byId("ask-time").replaceChildren(bar, legend);
    byId("ask-time").hidden = false;
  }

  #startTabs() {
    const tabs = [...document.querySelectorAll("[role=tab]")];
    const choose = (tab) => {
      this.#kind = tab.dataset.kind;
      tabs.forEach((one) => {
        one.setAttribute("aria-selected", String(one === tab));
        one.tabIndex = one === tab ? 0 : -1;
      });
      byId("snippet").setAttribute("aria-labelledby", tab.id);
      this.#showSnippet();
    };
    tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => choose(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) {
          const next = tabs[(i + step + tabs.length) % tabs.length];
          choose(next);
          next.focus();
        }
      });
    });
    byId("copy").addEventListener("click", () => copy(byId("snippet"), byId("copy")));
    choose(tabs[0]);
  }

  #showSnippet() {
    setText(byId("snippet"), SNIPPETS[this.#kind](byId("ask-body").value, this.#settings));
  }
}

/** The parts of a Server-Timing header. */
export function serverTiming(header) {
  return header
    .split(",")
    .map((part) => /^\s*([\w-]+)\s*;.*?\bdur=([\d.]+)/.exec(part))
    .filter((part) => part !== null)
    .map(([, name, duration]) => ({ name, millis: Number(duration) }));
}

/** Copies an element's text. If the page is not in a secure context, it uses the selection. */
async function copy(element, button) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const copied = navigator.clipboard
    ? await navigator.clipboard.writeText(element.textContent).then(
        () => true,
        () => document.execCommand("copy"),
      )
    : document.execCommand("copy");
  button.textContent = copied ? "Copied" : "Selected";
  setTimeout(() => (button.textContent = "Copy"), 1_500);
}
