import { byId, element, keepInStep, setText } from "./dom.js";
import { millis } from "./format.js";

const rows = byId("function-rows", HTMLElement);
const empty = byId("functions-empty", HTMLElement);

/** @param {readonly import("./state.d.ts").FunctionState[]} functions */
export function showFunctions(functions) {
  empty.hidden = functions.length > 0;
  keepInStep(
    rows,
    functions,
    ({ id }) => id,
    ({ name }) => {
      const numbers = Array.from({ length: 6 }, () => element("td", { class: "number" }));
      return element("tr", {}, element("th", { scope: "row" }, ...breakable(name)), ...numbers);
    },
    (row, { invocations, cold, warm, errors, p50, p99 }) => {
      row.classList.toggle("unused", invocations === 0);
      const counts = [invocations, cold, warm, errors].map((count) => count.toLocaleString("en"));
      [...counts, millis(p50), millis(p99)].forEach((text, index) => {
        const cell = row.children[index + 1];
        if (cell !== undefined) setText(cell, text);
      });
      row.children[4]?.classList.toggle("bad", errors > 0);
    },
  );
}

/**
 * A name in camel case, breakable between its words.
 * @param {string} name
 */
function breakable(name) {
  return name.split(/(?<=[a-z])(?=[A-Z])/).flatMap((word) => [element("wbr", {}), word]);
}
