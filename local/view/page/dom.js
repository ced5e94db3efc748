/**
 * An element with text and elements in it. Text stays text, whatever it looks like. Functions become
 * listeners, `true` an attribute without a value; `false` and null leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Readonly<Record<string, string | boolean | null | ((event: Event) => void)>>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * The page's own element of that id.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} ${id}.`);
}

/**
 * Touches the text only if it differs, so that a selection in it survives.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @type {WeakMap<Node, Map<string, HTMLElement>>} */
const rowsOf = new WeakMap();

/**
 * Makes a parent's children those of the entries, in their order. A row whose key stays is kept and never
 * moved, so that focus, selection and what is unfolded survive.
 * @template E
 * @param {HTMLElement} parent
 * @param {readonly E[]} entries
 * @param {(entry: E) => string} keyOf
 * @param {(entry: E) => HTMLElement} create
 * @param {(row: HTMLElement, entry: E) => void} update
 */
export function keepInStep(parent, entries, keyOf, create, update) {
  /** @type {Map<string, HTMLElement>} */
  const before = rowsOf.get(parent) ?? new Map();
  /** @type {Map<string, HTMLElement>} */
  const after = new Map();
  for (const entry of entries) {
    const key = keyOf(entry);
    after.set(key, before.get(key) ?? create(entry));
  }
  for (const [key, row] of before) if (!after.has(key)) row.remove();
  let next = parent.firstElementChild;
  for (const entry of entries) {
    const row = after.get(keyOf(entry));
    if (row === undefined) continue;
    update(row, entry);
    if (row === next) next = next.nextElementSibling;
    else parent.insertBefore(row, next);
  }
  rowsOf.set(parent, after);
}

/**
 * The keys of the rows in place.
 * @param {HTMLElement} parent
 * @returns {ReadonlySet<string>}
 */
export function keysIn(parent) {
  return new Set(rowsOf.get(parent)?.keys());
}
