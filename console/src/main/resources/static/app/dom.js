/** Helpers for the page's elements. */

export const byId = (id) => document.getElementById(id);

/**
 * Creates an element. Properties that begin with "on" are listeners; properties with a dash are
 * attributes.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name.includes("-") || name === "role" || name === "scope" || name === "list") {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets a text only if it differs, to avoid needless announcements and repaints. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setOptions(select, values, chosen, label = (value) => value) {
  select.replaceChildren(
    ...values.map((value) => el("option", { value, selected: value === chosen }, label(value))),
  );
}

/** Repeats a task with a pause after each run, but not while the page is hidden. */
export function repeat(pauseMillis, task) {
  const round = async () => {
    if (!document.hidden) {
      await task();
    }
    setTimeout(round, pauseMillis);
  };
  round();
}

export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
