import { byId, element, keepInStep, setText } from "./dom.js";
import { clockTime, counted, span } from "./format.js";
import { createMentionSearch } from "./mentions.js";

/** @typedef {import("./state.d.ts").ConnectionState} Connection */
/** @typedef {import("./mentions.js").Mention} Mention */

/** Rows beyond it would be a list nobody reads, and each row's item is read again and again. */
const SHOWN = 50;
const LOOK_EVERY_MS = 2_000;

const rows = byId("connection-rows", HTMLElement);
const empty = byId("connections-empty", HTMLElement);
const more = byId("connections-more", HTMLElement);
const count = byId("connection-count", HTMLElement);
const cutAll = byId("cut-all", HTMLButtonElement);

const search = createMentionSearch();
/** @type {ReadonlyMap<string, readonly Mention[]>} */
let mentions = new Map();
let lookedAt = 0;
let isLooking = false;

/**
 * @param {{ cut: (id: string) => void, openPartition: (table: string, pk: string) => void }} actions
 * @returns {(state: import("./state.d.ts").State) => void}
 */
export function connectionsSection({ cut, openPartition }) {
  cutAll.addEventListener("click", () => cut("all"));

  /** @param {Connection} connection */
  const create = ({ id, user }) =>
    element(
      "li",
      { class: "connection" },
      element(
        "div",
        { class: "who" },
        element(
          "span",
          {},
          element("strong", {}, user ?? "nobody in particular"),
          " ",
          element("code", { title: "Connection id" }, id),
        ),
        element(
          "button",
          { type: "button", title: "End its TCP connection without a close frame", click: () => cut(id) },
          "Cut",
        ),
      ),
      element("p", { class: "times" }),
      element("ul", { class: "mentions" }),
    );

  /** @param {HTMLElement} row @param {Connection} connection */
  const update = (row, { id, connectedAt, lastActiveAt }) => {
    const [, times, found] = row.children;
    const since = (/** @type {string} */ time) => span(Date.now() - Date.parse(time));
    if (times) setText(times, `connected ${since(connectedAt)} · active ${since(lastActiveAt)} ago`);
    if (found instanceof HTMLElement) showMentions(found, mentions.get(id) ?? [], openPartition);
  };

  return ({ connections, tables }) => {
    const shown = connections.slice(0, SHOWN);
    empty.hidden = connections.length > 0;
    cutAll.hidden = connections.length === 0;
    setText(count, connections.length === 0 ? "" : `${connections.length} open`);
    const hidden = connections.length - shown.length;
    more.hidden = hidden === 0;
    setText(more, `${counted(hidden, "newer connection")} not listed.`);
    keepInStep(rows, shown, ({ id }) => id, create, update);
    lookLater(tables, shown);
  };
}

/**
 * @param {readonly import("./state.d.ts").TableState[]} tables
 * @param {readonly Connection[]} connections
 */
function lookLater(tables, connections) {
  if (isLooking || connections.length === 0 || Date.now() - lookedAt < LOOK_EVERY_MS) return;
  isLooking = true;
  search
    .look(
      tables,
      connections.map(({ id }) => id),
    )
    .then(
      (next) => (mentions = next),
      // The poll says that nothing answers; what was known stays.
      () => undefined,
    )
    .finally(() => {
      isLooking = false;
      lookedAt = Date.now();
    });
}

/**
 * @param {HTMLElement} list
 * @param {readonly Mention[]} found
 * @param {(table: string, pk: string) => void} openPartition
 */
function showMentions(list, found, openPartition) {
  keepInStep(
    list,
    found,
    (mention) => JSON.stringify(mention),
    ({ table, key, path, entry }) =>
      element(
        "li",
        {},
        element(
          "button",
          {
            type: "button",
            class: "link",
            title: `Show this partition of ${table}`,
            click: () => openPartition(table, key[0] ?? ""),
          },
          key.join(" / "),
        ),
        ` ${path}`,
        ...(entry === undefined ? [] : [members(entry)]),
      ),
    () => undefined,
  );
}

/** @param {unknown} entry */
function members(entry) {
  const named =
    typeof entry === "object" && entry !== null && !Array.isArray(entry)
      ? Object.entries(entry)
      : [["", entry]];
  return element(
    "dl",
    {},
    ...named.flatMap(([name, value]) => [
      element("dt", {}, String(name)),
      element("dd", {}, readable(value)),
    ]),
  );
}

/** Numbers that can only be milliseconds since 1970 are told as times, too. @param {unknown} value */
function readable(value) {
  if (typeof value === "number" && value > 1e12 && value < 4e12) return `${clockTime(value)} (${value})`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
