import { readTable } from "./calls.js";

/** @typedef {import("./state.d.ts").Item} Item */
/** @typedef {import("./state.d.ts").TableState} Table */
/**
 * Where an item speaks of a text. `entry` is what stands under it, where it is a member's name.
 * @typedef {{ readonly table: string, readonly key: readonly string[], readonly path: string, readonly entry: unknown }} Mention
 */

/** Pages read in search of one connection; the rest of a large table is not looked at. */
const SEARCHED_PAGES = 20;
/** A connection found nowhere is looked for again after this long. */
const SEARCH_AGAIN_MS = 10_000;

/**
 * Which items mention which of the texts. What rooms, leases or names a connection has is the app's affair;
 * that its items name the connection's id is all that is assumed. Found partitions are read again at each
 * look, the whole table only for texts found nowhere yet.
 */
export function createMentionSearch() {
  /** @type {Map<string, { readonly table: Table, readonly pks: Set<string> }>} */
  const found = new Map();
  /** @type {Map<string, number>} */
  const searchedAt = new Map();

  /** @param {Table} table @param {Item} item @param {readonly string[]} texts */
  const note = (table, item, texts) => {
    for (const text of texts) {
      if (mentionsOf(table, item, text).length === 0) continue;
      const place = found.get(text) ?? { table, pks: new Set() };
      found.set(text, place);
      place.pks.add(String(item[table.key[0] ?? ""]));
    }
  };

  /** @param {readonly Table[]} tables @param {readonly string[]} texts */
  const search = async (tables, texts) => {
    for (const text of texts) searchedAt.set(text, Date.now());
    for (const table of tables) {
      let cursor = null;
      for (let page = 0; page < SEARCHED_PAGES; page += 1) {
        const { items, nextCursor } = await readTable(table.name, null, cursor);
        for (const item of items) note(table, item, texts);
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
    }
  };

  return {
    /**
     * @param {readonly Table[]} tables
     * @param {readonly string[]} texts
     * @returns {Promise<ReadonlyMap<string, readonly Mention[]>>}
     */
    async look(tables, texts) {
      for (const text of [...searchedAt.keys()]) {
        if (texts.includes(text)) continue;
        searchedAt.delete(text);
        found.delete(text);
      }
      const missing = texts.filter(
        (text) => !found.has(text) && Date.now() - (searchedAt.get(text) ?? 0) > SEARCH_AGAIN_MS,
      );
      if (missing.length > 0) await search(tables, missing);
      /** @type {Map<string, Promise<readonly Item[]>>} */
      const partitions = new Map();
      /** @type {Map<string, readonly Mention[]>} */
      const mentions = new Map();
      for (const text of texts) {
        const place = found.get(text);
        if (place === undefined) continue;
        const { table, pks } = place;
        const pages = [...pks].map((pk) => {
          const name = JSON.stringify([table.name, pk]);
          const reading = partitions.get(name) ?? readTable(table.name, pk, null).then(({ items }) => items);
          partitions.set(name, reading);
          return reading;
        });
        const items = (await Promise.all(pages)).flat();
        mentions.set(
          text,
          items.flatMap((item) => mentionsOf(table, item, text)),
        );
        // Moved elsewhere, or gone: the next look searches again.
        if (mentions.get(text)?.length === 0) found.delete(text);
      }
      return mentions;
    },
  };
}

/**
 * @param {Table} table
 * @param {Item} item
 * @param {string} text
 * @returns {readonly Mention[]}
 */
function mentionsOf(table, item, text) {
  const key = table.key.map((name) => String(item[name]));
  return pathsTo(item, text, []).map(({ path, entry }) => ({
    table: table.name,
    key,
    path: path.join("."),
    entry,
  }));
}

/**
 * @param {unknown} value
 * @param {string} text
 * @param {readonly string[]} path
 * @returns {readonly { readonly path: readonly string[], readonly entry: unknown }[]}
 */
function pathsTo(value, text, path) {
  if (typeof value === "string") return value.includes(text) ? [{ path, entry: undefined }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === text ? [{ path, entry: member }] : pathsTo(member, text, [...path, name]),
  );
}
