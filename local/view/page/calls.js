/** A request that the local cloud did not answer as wanted; the message is a sentence for people. */
export class CallFailed extends Error {}

/** Beyond it the local cloud counts as gone. */
const LIMIT_MS = 5_000;

/**
 * The body of a good answer, parsed; undefined for one without a body.
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<unknown>}
 */
async function call(path, init) {
  let response;
  let text;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(LIMIT_MS) });
    text = await response.text();
  } catch {
    throw new CallFailed("The local cloud does not answer.");
  }
  if (response.ok) return text === "" ? undefined : parse(text);
  throw new CallFailed(messageIn(text) ?? `The local cloud answered ${response.status}.`);
}

/**
 * @param {string} text
 * @returns {unknown}
 */
const parse = (text) => JSON.parse(text);

/** @param {string} text */
function messageIn(text) {
  try {
    const body = parse(text);
    const isObject = typeof body === "object" && body !== null;
    return isObject && "message" in body && typeof body.message === "string" ? body.message : null;
  } catch {
    return null;
  }
}

/** @returns {Promise<import("./state.d.ts").State>} */
export async function readState() {
  return /** @type {Promise<import("./state.d.ts").State>} */ (call("/_local/state"));
}

/**
 * @param {string} name
 * @param {string | null} pk
 * @param {string | null} cursor
 * @returns {Promise<import("./state.d.ts").TablePage>}
 */
export async function readTable(name, pk, cursor) {
  const query = new URLSearchParams({ name });
  if (pk !== null) query.set("pk", pk);
  if (cursor !== null) query.set("cursor", cursor);
  const page = inOrder(await call(`/_local/table?${query}`));
  return /** @type {import("./state.d.ts").TablePage} */ (page);
}

/**
 * With members by name: an engine returns those of a map in another order each time.
 * @param {unknown} value
 * @returns {unknown}
 */
function inOrder(value) {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}

/**
 * Replaces all faults; none are left if the set is empty.
 * @param {import("./state.d.ts").FaultState} faults
 */
export async function writeFaults(faults) {
  if (Object.keys(faults).length === 0) await call("/_local/faults", { method: "DELETE" });
  else await call("/_local/faults", { method: "POST", body: JSON.stringify(faults) });
}
