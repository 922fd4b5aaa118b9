/** The page's calls to the console. The console passes those below v1/ on to the service. */

const refusals = new EventTarget();

/** An error response. The message is the problem's detail. */
export class Problem extends Error {
  constructor(status, detail, field) {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

/** Notifies of every 401 response, and of the first response after it with another status. */
export function onRefusal(listener) {
  refusals.addEventListener("refused", () => listener(true));
  refusals.addEventListener("accepted", () => listener(false));
}

/** Makes a call. Returns the response's JSON, its headers and the duration of the round trip. */
export async function call(path, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json, application/problem+json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const begin = performance.now();
  let response;
  let text;
  try {
    response = await fetch(path, { method, body, headers });
    text = await response.text();
  } catch {
    throw new Problem(0, "the console does not answer");
  }
  const tookMillis = performance.now() - begin;
  refusals.dispatchEvent(new Event(response.status === 401 ? "refused" : "accepted"));
  if (!response.ok) {
    throw problemOf(response.status, text);
  }
  return { json: text === "" ? null : JSON.parse(text), headers: response.headers, tookMillis };
}

function problemOf(status, text) {
  try {
    const problem = JSON.parse(text);
    return new Problem(status, problem.detail ?? problem.title ?? `answer ${status}`, problem.field);
  } catch {
    return new Problem(status, `answer ${status}`);
  }
}

export const get = async (path) => (await call(path)).json;

const path = (...parts) => parts.map(encodeURIComponent).join("/");

/** One item as the service returns it. */
export const groupItem = (group, key, asOf) =>
  get(`v1/groups/${path(group, key)}${asOf === undefined ? "" : `?asOf=${asOf}`}`);

/** One item as it is in the table. */
export const storedItem = (group, key) => get(`console/api/stored/${path(group, key)}`);

/** The ended sessions of a key for an event, and the keys with the most sessions. */
export const endedSessions = (event, key) =>
  get(`console/api/sessions/${path(event)}${key === null ? "" : `?key=${path(key)}`}`);

const rule = (list, value) => `console/api/rules/${path(list, value)}`;

/** Puts a value on a list of the rules, starting now. */
export const setRule = (list, value) => call(rule(list, value), { method: "PUT", body: "{}" });

/** Takes a value off a list of the rules. */
export const liftRule = (list, value) => call(rule(list, value), { method: "DELETE" });
