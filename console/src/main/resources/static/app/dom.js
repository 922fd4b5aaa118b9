/** Small helpers for the page's elements. */

export const byId = (id) => document.getElementById(id);

/** A new element; properties that begin with "on" are listeners, those with a dash are attributes. */
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

/** Sets a text only where it differs, so that nothing is announced or repainted in vain. */
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

/** Runs a task again and again, with a pause between its end and its next begin; not while the page is hidden. */
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
