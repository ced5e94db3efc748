import { CallFailed, readTable } from "./calls.js";
import { byId, element, keepInStep, setText } from "./dom.js";
import { clockTime } from "./format.js";

/** @typedef {import("./state.d.ts").Item} Item */
/** @typedef {import("./state.d.ts").TableState} Table */

/** Pages read at a stretch in search of a text. */
const SEARCHED_PAGES = 40;

const form = byId("table-form", HTMLFormElement);
const names = byId("table-name", HTMLSelectElement);
const keyName = byId("table-key", HTMLElement);
const pk = byId("table-pk", HTMLInputElement);
const text = byId("table-text", HTMLInputElement);
const rows = byId("table-rows", HTMLElement);
const empty = byId("table-empty", HTMLElement);
const range = byId("table-range", HTMLElement);
const problem = byId("table-problem", HTMLElement);
const back = byId("table-back", HTMLButtonElement);
const next = byId("table-next", HTMLButtonElement);

/** @type {readonly Table[]} */
let tables = [];
/** Where each page up to the present one begins, and how many items came before it. @type {{ cursor: string | null, before: number }[]} */
let starts = [];
/** @type {{ cursor: string, before: number } | null} */
let following = null;
/** Only the last request's answer is shown, whatever order they come in. */
let asked = 0;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
names.addEventListener("change", () => {
  pk.value = "";
  begin();
});
back.addEventListener("click", () => {
  starts.pop();
  show();
});
next.addEventListener("click", () => {
  if (following === null) return;
  starts.push(following);
  show();
});

/** @param {readonly Table[]} served */
export function showTables(served) {
  const isFirst = tables.length === 0 && served.length > 0;
  tables = served;
  keepInStep(
    names,
    served,
    ({ name }) => name,
    ({ name }) => element("option", {}, name),
    () => undefined,
  );
  if (served.length === 0) {
    empty.hidden = false;
    setText(empty, "The app has no table.");
  }
  if (isFirst) begin();
}

/**
 * @param {string} table
 * @param {string} partition
 */
export function openPartition(table, partition) {
  names.value = table;
  pk.value = partition;
  text.value = "";
  begin();
  form.scrollIntoView({ block: "center" });
  pk.focus({ preventScroll: true });
}

function begin() {
  starts = [{ cursor: null, before: 0 }];
  show();
}

function show() {
  const mine = (asked += 1);
  const start = starts.at(-1);
  const table = tables.find(({ name }) => name === names.value);
  if (start === undefined || table === undefined) return;
  setText(keyName, table.key[0] ?? "Partition key");
  back.disabled = true;
  next.disabled = true;
  const wanted = { table, pk: pk.value === "" ? null : pk.value, text: text.value };
  read(wanted, start.cursor)
    .then((page) => {
      if (mine !== asked) return;
      problem.hidden = true;
      render(wanted, page, start.before);
    })
    .catch((error) => {
      if (mine !== asked) return;
      if (!(error instanceof CallFailed)) throw error;
      problem.hidden = false;
      setText(problem, error.message);
    })
    .finally(() => {
      if (mine !== asked) return;
      back.disabled = starts.length < 2;
      next.disabled = following === null;
    });
}

/**
 * A page of items; with a text to look for, the first page that has any, after so many in vain none.
 * @param {{ table: Table, pk: string | null, text: string }} wanted
 * @param {string | null} from
 */
async function read({ table, pk: partition, text: part }, from) {
  let cursor = from;
  let passed = 0;
  for (let page = 1; ; page += 1) {
    const { items, nextCursor } = await readTable(table.name, partition, cursor);
    passed += items.length;
    const found = part === "" ? items : items.filter((item) => JSON.stringify(item).includes(asJson(part)));
    if (found.length > 0 || nextCursor === null || page === SEARCHED_PAGES)
      return { items: found, passed, nextCursor };
    cursor = nextCursor;
  }
}

/** As it stands within a JSON text. @param {string} part */
const asJson = (part) => JSON.stringify(part).slice(1, -1);

/**
 * @param {{ table: Table, pk: string | null, text: string }} wanted
 * @param {{ items: readonly Item[], passed: number, nextCursor: string | null }} page
 * @param {number} before
 */
function render({ table, pk: partition, text: part }, { items, passed, nextCursor }, before) {
  following = nextCursor === null ? null : { cursor: nextCursor, before: before + passed };
  const read = `read ${clockTime(Date.now())}`;
  const place = passed === 0 ? "" : `${before + 1}–${before + passed}, `;
  const matching = part === "" ? "" : `${items.length.toLocaleString("en")} with it among `;
  setText(range, `${matching}${place}${read}`);
  empty.hidden = items.length > 0;
  setText(
    empty,
    part !== ""
      ? `No item here contains that${nextCursor === null ? "." : " so far: Next looks further."}`
      : partition === null
        ? "The table is empty."
        : "No item has this partition key. It must be the whole key, exactly.",
  );
  keepInStep(
    rows,
    items.map((item) => ({ item, key: table.key.map((name) => String(item[name])) })),
    ({ item, key }) => JSON.stringify([table.name, key, item]),
    ({ item, key }) => itemRow(table, item, key),
    () => undefined,
  );
}

/**
 * @param {Table} table
 * @param {Item} item
 * @param {readonly string[]} key
 */
function itemRow(table, item, key) {
  const others = Object.entries(item).filter(([name]) => !table.key.includes(name));
  const preview = others.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(" · ");
  const ordered = Object.fromEntries([
    ...table.key.map((name) => /** @type {const} */ ([name, item[name]])),
    ...others,
  ]);
  return element(
    "details",
    { class: "item" },
    element(
      "summary",
      {},
      ...key.map((part) => element("code", { class: "key" }, part)),
      element("span", { class: "preview" }, preview.slice(0, 400)),
    ),
    element(
      "div",
      { class: "unfolded" },
      element(
        "button",
        { type: "button", class: "link", click: () => openPartition(table.name, key[0] ?? "") },
        `All items of ${key[0] ?? ""}`,
      ),
      element("pre", { tabindex: "0" }, JSON.stringify(ordered, null, 2)),
    ),
  );
}
