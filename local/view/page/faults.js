import { CallFailed, writeFaults } from "./calls.js";
import { byId, element, keepInStep, setText } from "./dom.js";
import { beyondSwitches, composeFaults, KINDS } from "./fault-kinds.js";

/** @typedef {import("./state.d.ts").FaultState} Faults */
/** @typedef {import("./state.d.ts").State} State */

const rows = byId("fault-rows", HTMLElement);
const problem = byId("fault-problem", HTMLElement);
const elsewhere = byId("faults-elsewhere", HTMLElement);
const seed = byId("seed", HTMLInputElement);
const alarm = byId("alarm", HTMLElement);
const alarmText = byId("alarm-text", HTMLElement);
const clear = byId("alarm-clear", HTMLButtonElement);
const connectionIds = element("datalist", { id: "connection-ids" });

/** As the local cloud last told. @type {Faults} */
let current = {};
/** Changes go out one after another: each is made of all switches as they stand then. */
let changes = Promise.resolve();
let pending = 0;

/** @param {{ changed: () => void }} page */
export function faultsSection({ changed }) {
  const switches = KINDS.map((kind) => {
    const toggle = element("input", { type: "checkbox", role: "switch", change: () => apply() });
    const fields = new Map(
      kind.fields.map((field) => [field.name, inputFor(field, () => toggle.checked && apply())]),
    );
    const row = element(
      "li",
      { class: "fault", "data-kind": kind.id },
      element("label", { class: "switch" }, toggle, element("span", {}, kind.title)),
      element(
        "div",
        { class: "fields" },
        ...kind.fields.map(({ name, label, unit }) =>
          element(
            "label",
            {},
            `${label} `,
            fields.get(name) ?? "",
            ...(unit === undefined ? [] : [` ${unit}`]),
          ),
        ),
      ),
      element("p", { class: "effect" }, kind.effect),
    );
    return { kind, toggle, fields, row };
  });
  rows.append(...switches.map(({ row }) => row));
  rows.after(connectionIds);

  /** @param {(faults: Faults) => Faults} [amend] */
  const apply = (amend = (faults) => faults) => {
    const invalid = switches.flatMap(({ toggle, fields }) =>
      toggle.checked ? [...fields.values()].filter((input) => !input.checkValidity()) : [],
    )[0];
    if (invalid !== undefined) {
      complain(`${invalid.labels?.[0]?.textContent?.trim() ?? ""}: ${invalid.validationMessage}`);
      return;
    }
    send(() => {
      const on = switches
        .filter(({ toggle }) => toggle.checked)
        .map(({ kind, fields }) => {
          const values = [...fields].map(([name, input]) => [name, input.value]);
          return /** @type {const} */ ([kind, Object.fromEntries(values)]);
        });
      const faults = composeFaults(current, on);
      const isEmpty = Object.keys(faults).length === 0;
      const kept = seed.value === "" ? current.seed : Number(seed.value);
      return amend({ ...(kept === undefined || isEmpty ? {} : { seed: kept }), ...faults });
    });
  };

  /** @param {() => Faults} make */
  const send = (make) => {
    pending += 1;
    changes = changes
      .then(async () => {
        const faults = make();
        await writeFaults(faults);
        current = faults;
      })
      .then(
        () => complain(""),
        (error) => {
          if (!(error instanceof CallFailed)) throw error;
          complain(error.message);
        },
      )
      .finally(() => {
        pending -= 1;
        changed();
      });
  };

  clear.addEventListener("click", () => {
    for (const { toggle } of switches) toggle.checked = false;
    send(() => ({}));
  });
  seed.addEventListener("change", () => switches.some(({ toggle }) => toggle.checked) && apply());

  return {
    /** @param {string} id A connection's, or `all`. */
    cut: (id) => apply((faults) => ({ ...faults, cut: id })),
    /** @param {State} state */
    show: ({ faults, functions, connections }) => {
      // An answer from before the change that is on its way would undo it for a moment.
      if (pending > 0) return;
      current = faults;
      fillChoices(switches, functions, connections);
      for (const { kind, toggle, fields, row } of switches) {
        const values = kind.read(faults);
        row.classList.toggle("on", values !== null);
        toggle.checked = values !== null;
        const isEdited = row.contains(document.activeElement) && document.activeElement !== toggle;
        if (isEdited) continue;
        for (const [name, input] of fields) {
          const value = values?.[name];
          if (value !== undefined) select(input, value);
        }
      }
      seed.placeholder = faults.seed === undefined ? "random" : String(faults.seed);
      showAlarm(faults, switches);
    },
  };
}

/** @param {string} message */
function complain(message) {
  problem.hidden = message === "";
  setText(problem, message);
}

/**
 * @param {import("./fault-kinds.js").Field} field
 * @param {() => void} change
 */
function inputFor({ kind, initial, least }, change) {
  switch (kind) {
    case "share":
      return element("input", {
        type: "number",
        min: "0",
        max: "100",
        step: "0.1",
        required: true,
        value: initial,
        change,
      });
    case "number":
      return element("input", {
        type: "number",
        step: "1",
        required: true,
        min: least === undefined ? null : String(least),
        value: initial,
        change,
      });
    case "connection":
      return element("input", {
        type: "text",
        list: "connection-ids",
        placeholder: "all connections",
        change,
      });
    case "function":
      return element("select", { "data-functions": true, change });
    default:
      return element("select", { change }, ...kind.map((choice) => element("option", {}, choice)));
  }
}

/**
 * @param {readonly { fields: ReadonlyMap<string, HTMLElement> }[]} switches
 * @param {State["functions"]} functions
 * @param {State["connections"]} connections
 */
function fillChoices(switches, functions, connections) {
  const nothing = () => undefined;
  for (const { fields } of switches) {
    for (const input of fields.values()) {
      if (!input.hasAttribute("data-functions")) continue;
      keepInStep(
        input,
        functions,
        ({ id }) => id,
        ({ name }) => element("option", {}, name),
        nothing,
      );
    }
  }
  keepInStep(
    connectionIds,
    connections,
    ({ id }) => id,
    ({ id, user }) => element("option", { value: id }, user ?? ""),
    nothing,
  );
}

/**
 * A function may be named in any case, with or without `Function`: chosen is the one that is meant.
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {string} value
 */
function select(input, value) {
  if (input instanceof HTMLInputElement) {
    input.value = value;
    return;
  }
  const key = (/** @type {string} */ name) => name.toLowerCase().replace(/(?<=.)function$/, "");
  const meant = [...input.options].find(({ value: option }) => key(option) === key(value));
  if (meant !== undefined) input.value = meant.value;
}

/**
 * @param {Faults} faults
 * @param {readonly { kind: import("./fault-kinds.js").Kind }[]} switches
 */
function showAlarm(faults, switches) {
  const others = beyondSwitches(faults);
  const count = Object.keys(others).length;
  const titles = switches.filter(({ kind }) => kind.read(faults) !== null).map(({ kind }) => kind.title);
  elsewhere.hidden = count === 0;
  setText(elsewhere, `Also set, by another hand, and kept: ${JSON.stringify(others)}`);
  const all = [...titles, ...(count === 0 ? [] : ["others"])];
  alarm.hidden = all.length === 0;
  setText(alarmText, `Faults on: ${all.join(", ")}`);
  document.title = all.length === 0 ? "Local cloud" : "Faults on · Local cloud";
}
