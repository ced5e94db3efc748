import { byId, element, keepInStep, keysIn, setText } from "./dom.js";
import { clockTime, counted, millis, units } from "./format.js";

/** @typedef {import("./state.d.ts").RequestState} Request */
/** @typedef {{ readonly key: string, readonly request: Request }} Entry */

const scroller = byId("request-scroller", HTMLElement);
const rows = byId("request-rows", HTMLElement);
const count = byId("request-count", HTMLElement);
const empty = byId("requests-empty", HTMLElement);
const filter = byId("request-filter", HTMLInputElement);
const fresh = byId("requests-new", HTMLButtonElement);

/** @type {readonly Entry[]} */
let entries = [];

filter.addEventListener("input", () => render(true));
fresh.addEventListener("click", () => {
  render(true);
  scroller.scrollTop = 0;
});

/** @param {readonly Request[]} requests */
export function showRequests(requests) {
  entries = withKeys(requests);
  render(!isBeingRead());
}

/** Whoever points into the list, has unfolded a row or scrolled down is reading: nothing may move then. */
function isBeingRead() {
  return (
    scroller.scrollTop > 0 ||
    scroller.matches(":hover") ||
    scroller.contains(document.activeElement) ||
    rows.querySelector("details[open]") !== null
  );
}

/** @param {boolean} takesNew */
function render(takesNew) {
  const wanted = entries.filter(({ request }) => matches(request, filter.value.trim().toLowerCase()));
  const known = keysIn(rows);
  const shown = takesNew ? wanted : wanted.filter(({ key }) => known.has(key));
  const held = wanted.length - shown.length;
  fresh.hidden = held === 0;
  setText(fresh, `${held} new: show`);
  setText(count, entries.length === 0 ? "" : `last ${entries.length.toLocaleString("en")}`);
  empty.hidden = wanted.length > 0;
  setText(
    empty,
    entries.length === 0
      ? "No request yet. Each call of an API, each frame, push and delivery shows here with its database calls."
      : "No request contains that.",
  );
  keepInStep(rows, shown, ({ key }) => key, createRow, updateRow);
}

/**
 * Answers without an invocation have no id: equal ones are numbered from the oldest.
 * @param {readonly Request[]} requests
 * @returns {readonly Entry[]}
 */
function withKeys(requests) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return requests
    .toReversed()
    .map((request) => {
      const base = `${request.at} ${request.requestId ?? `${request.route} ${request.ms} ${request.status}`}`;
      const nth = seen.get(base) ?? 0;
      seen.set(base, nth + 1);
      return { key: `${base} ${nth}`, request };
    })
    .reverse();
}

/**
 * @param {Request} request
 * @param {string} text
 */
function matches({ route, function: name, status, requestId, error, outcome }, text) {
  if (text === "") return true;
  return [route, name, status, requestId, error, outcome].some((part) =>
    String(part ?? "")
      .toLowerCase()
      .includes(text),
  );
}

/** @param {Entry} entry */
function createRow({ request }) {
  const { at, route, function: name, cold, status, outcome, ms } = request;
  const isBad = outcome !== "ok" || (status ?? 0) >= 500;
  const tone = isBad ? "bad" : (status ?? 0) >= 400 ? "refused" : "";
  return element(
    "details",
    { class: "request" },
    element(
      "summary",
      {},
      element("time", { datetime: at, title: at }, clockTime(at)),
      element("span", { class: `status ${tone}` }, statusText(request)),
      element("span", { class: "route", title: route }, route),
      element(
        "span",
        { class: "function" },
        name ?? "–",
        ...(cold === true ? [" ", element("span", { class: "tag", title: "Cold start" }, "cold")] : []),
      ),
      element("span", { class: "number ms" }, millis(ms)),
      element("span", { class: "number calls" }),
      element("span", { class: "number reads" }),
      element("span", { class: "number writes" }),
    ),
  );
}

/**
 * @param {HTMLElement} row
 * @param {Entry} entry
 */
function updateRow(row, { request }) {
  const { databaseCalls, readUnits, writeUnits } = request;
  const version = String(databaseCalls.length);
  if (row.dataset["calls"] === version) return;
  row.dataset["calls"] = version;
  /** @type {readonly [string, string][]} */
  const figures = [
    [".calls", databaseCalls.length === 0 ? "" : version],
    [".reads", readUnits === 0 ? "" : units(readUnits)],
    [".writes", writeUnits === 0 ? "" : units(writeUnits)],
  ];
  for (const [name, text] of figures) {
    const cell = row.querySelector(name);
    if (cell !== null) setText(cell, text);
  }
  row.classList.toggle(
    "faulty",
    databaseCalls.some(({ isFault }) => isFault),
  );
  // Unfolded by few: built when somebody does.
  const unfold = () => {
    if (!(row instanceof HTMLDetailsElement) || !row.open) return;
    row.querySelector(".unfolded")?.remove();
    row.append(unfolded(request));
  };
  row.ontoggle = unfold;
  unfold();
}

/** @param {Request} request */
function statusText({ status, outcome }) {
  if (outcome === "timeout") return "timeout";
  if (status !== null) return String(status);
  return outcome === "ok" ? "ok" : "error";
}

/** @param {Request} request */
function unfolded({ requestId, error, databaseCalls, at, cold, readUnits, writeUnits }) {
  const facts = [
    at,
    ...(requestId === null ? ["no function was called"] : [`request ${requestId}`]),
    ...(cold === null ? [] : [cold ? "cold start" : "warm"]),
  ];
  return element(
    "div",
    { class: "unfolded" },
    element("p", { class: "facts" }, facts.join(" · ")),
    ...(error === undefined ? [] : [element("p", { class: "problem" }, error)]),
    databaseCalls.length === 0
      ? element("p", { class: "empty" }, "No database call.")
      : element("div", { class: "wide" }, callTable(databaseCalls, readUnits, writeUnits)),
  );
}

/**
 * @param {Request["databaseCalls"]} calls
 * @param {number} readUnits
 * @param {number} writeUnits
 */
function callTable(calls, readUnits, writeUnits) {
  const number = { class: "number" };
  const line = calls.map((call, index) =>
    element(
      "tr",
      { class: call.isFault ? "bad" : null },
      element("td", number, String(index + 1)),
      element("th", { scope: "row" }, call.operation),
      element("td", number, call.kind === "read" ? units(call.units) : ""),
      element("td", number, call.kind === "write" ? units(call.units) : ""),
      element("td", number, millis(call.ms)),
      element("td", {}, outcomeOf(call)),
      element("td", { class: "table-of-call", title: call.table }, call.table ?? "several"),
    ),
  );
  const heads = ["#", "Call", "RRU", "WRU", "ms", "Outcome", "Table"];
  const isNumber = [true, false, true, true, true, false, false];
  return element(
    "table",
    { class: "call-table" },
    element(
      "caption",
      {},
      `${counted(calls.length, "database call")}: ${units(readUnits)} RRU, ${units(writeUnits)} WRU`,
    ),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...heads.map((head, index) =>
          element("th", { scope: "col", class: isNumber[index] === true ? "number" : null }, head),
        ),
      ),
    ),
    element("tbody", {}, ...line),
  );
}

/** @param {import("./state.d.ts").CallState} call */
function outcomeOf({ status, error, isFault }) {
  const answer = status === null ? "no answer" : status === 200 ? "ok" : String(status);
  return [error ?? answer, ...(isFault ? ["(by a fault)"] : [])].join(" ");
}
