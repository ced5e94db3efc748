/** @typedef {import("./state.d.ts").FaultState} Faults */
/** @typedef {Record<string, string>} Values The fields' texts by name. */
/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} initial
 * @property {"share" | "number" | "function" | "connection" | readonly string[]} kind A share is shown in percent.
 * @property {string} [unit]
 * @property {number} [least]
 */
/**
 * One switch: `write` adds what its fields say to a set, `read` finds them in one; null: it is off.
 * @typedef {object} Kind
 * @property {string} id
 * @property {string} title
 * @property {string} effect
 * @property {readonly Field[]} fields
 * @property {(faults: Faults, values: Values) => void} write
 * @property {(faults: Faults) => Values | null} read
 */

/** @param {string | undefined} percent */
const toShare = (percent) => Math.round(Number(percent) * 10) / 1_000;
/** @param {number | undefined} share */
const toPercent = (share) => String(Math.round((share ?? 1) * 1_000) / 10);

/** @param {string} label @param {string} [initial] @returns {Field} */
const share = (label, initial = "50") => ({ name: "share", label, initial, kind: "share", unit: "%" });
/** @param {string} label @param {string} initial @param {number} [least] @returns {Field} */
const ms = (label, initial, least = 0) => ({ name: "ms", label, initial, kind: "number", unit: "ms", least });

/** One that answers at once: what holds pushes up has no switch. @param {import("./state.d.ts").PushRule} rule */
const hasSwitch = ({ status, delayMs }) => status !== undefined && delayMs === undefined;

/** @type {readonly Kind[]} */
export const KINDS = [
  {
    id: "lose-disconnect",
    title: "Lose $disconnect",
    effect: "Sockets close and the app is not told.",
    fields: [share("of them", "100")],
    write: (faults, { share }) => (faults.loseDisconnect = toShare(share)),
    read: ({ loseDisconnect: lost }) => (lost === undefined ? null : { share: toPercent(lost) }),
  },
  {
    id: "push",
    title: "Refuse pushes",
    effect: "Posts to connections get this answer and arrive nowhere.",
    fields: [
      { name: "status", label: "status", initial: "410", kind: ["410", "429", "500"] },
      share("of posts", "100"),
      { name: "connection", label: "to", initial: "", kind: "connection" },
    ],
    write: (faults, { status, share, connection }) => {
      const rule = { status: Number(status), share: toShare(share) };
      faults.push = [{ ...rule, ...(connection ? { connectionId: connection } : {}) }];
    },
    read: ({ push: [rule] = [] }) =>
      rule === undefined || !hasSwitch(rule)
        ? null
        : { status: String(rule.status), share: toPercent(rule.share), connection: rule.connectionId ?? "" },
  },
  {
    id: "kill",
    title: "Kill a function",
    effect: "Its process dies at the nth database call of an invocation.",
    fields: [
      { name: "function", label: "function", initial: "", kind: "function" },
      { name: "when", label: "when", initial: "before", kind: ["before", "after"] },
      { name: "call", label: "call", initial: "1", kind: "number", least: 1 },
      { name: "times", label: "times", initial: "1", kind: "number", least: 1 },
    ],
    write: (faults, { function: name = "", when = "", call, times }) =>
      (faults.kill = { function: name, when, call: Number(call), times: Number(times) }),
    read: ({ kill }) =>
      kill === undefined
        ? null
        : {
            function: kill.function,
            when: kill.when,
            call: String(kill.call),
            times: String(kill.times ?? 1),
          },
  },
  {
    id: "database-error",
    title: "Fail database calls",
    effect: "An InternalServerError may hide a write that took effect; the others never do.",
    fields: [
      {
        name: "error",
        label: "error",
        initial: "ProvisionedThroughputExceededException",
        kind: [
          "ProvisionedThroughputExceededException",
          "TransactionConflictException",
          "InternalServerError",
          "ThrottlingException",
          "RequestLimitExceeded",
        ],
      },
      share("of calls"),
    ],
    write: (faults, { error = "", share }) =>
      (faults.database = { ...faults.database, error, share: toShare(share) }),
    read: ({ database }) =>
      database?.error === undefined ? null : { error: database.error, share: toPercent(database.share) },
  },
  {
    id: "database-delay",
    title: "Slow the database",
    effect: "Each call of a function takes that much longer.",
    fields: [ms("more", "200")],
    write: (faults, { ms }) => (faults.database = { ...faults.database, delayMs: Number(ms) }),
    read: ({ database }) => (database?.delayMs ? { ms: String(database.delayMs) } : null),
  },
  {
    id: "delivery-delay",
    title: "Delay deliveries",
    effect: "Streams and queues reach their function later.",
    fields: [ms("more", "2000")],
    write: (faults, { ms }) => (faults.stream = { ...faults.stream, delayMs: Number(ms) }),
    read: ({ stream }) => (stream?.delayMs ? { ms: String(stream.delayMs) } : null),
  },
  {
    id: "delivery-twice",
    title: "Deliver twice",
    effect: "Streams and queues repeat a batch that was handled.",
    fields: [share("of batches")],
    write: (faults, { share }) => (faults.stream = { ...faults.stream, duplicateShare: toShare(share) }),
    read: ({ stream }) => (stream?.duplicateShare ? { share: toPercent(stream.duplicateShare) } : null),
  },
  {
    id: "idle",
    title: "Shorten the idle limit",
    effect: "Silent sockets close after this instead of 10 minutes.",
    fields: [ms("after", "10000", 1)],
    write: (faults, { ms }) => (faults.idleMs = Number(ms)),
    read: ({ idleMs }) => (idleMs === undefined ? null : { ms: String(idleMs) }),
  },
  {
    id: "lifetime",
    title: "Shorten the lifetime",
    effect: "Sockets close at this age instead of 2 hours.",
    fields: [ms("at", "30000", 1)],
    write: (faults, { ms }) => (faults.lifetimeMs = Number(ms)),
    read: ({ lifetimeMs }) => (lifetimeMs === undefined ? null : { ms: String(lifetimeMs) }),
  },
  {
    id: "clock",
    title: "Shift a clock",
    effect: "A function's Date.now() runs ahead, or behind if negative.",
    fields: [
      { name: "function", label: "function", initial: "", kind: "function" },
      { name: "ms", label: "by", initial: "5000", kind: "number", unit: "ms" },
    ],
    write: (faults, { function: name = "", ms }) => (faults.clockSkewMs = { [name]: Number(ms) }),
    read: ({ clockSkewMs = {} }) => {
      const [first] = Object.entries(clockSkewMs);
      return first === undefined ? null : { function: first[0], ms: String(first[1]) };
    },
  },
];

/**
 * What is set and no switch shows: further push rules and clocks, or a field this page does not know.
 * @param {Faults} faults
 * @returns {Faults}
 */
export function beyondSwitches(faults) {
  const { seed: _seed, push = [], clockSkewMs = {}, ...others } = faults;
  for (const name of /** @type {const} */ ([
    "loseDisconnect",
    "kill",
    "database",
    "stream",
    "idleMs",
    "lifetimeMs",
    "cut",
  ])) {
    delete others[name];
  }
  const clocks = Object.entries(clockSkewMs).slice(1);
  const rules = push[0] && hasSwitch(push[0]) ? push.slice(1) : push;
  return {
    ...others,
    ...(rules.length > 0 ? { push: rules } : {}),
    ...(clocks.length > 0 ? { clockSkewMs: Object.fromEntries(clocks) } : {}),
  };
}

/**
 * The set that the switches on describe, with what none of them shows kept.
 * @param {Faults} current
 * @param {readonly (readonly [Kind, Values])[]} on
 * @returns {Faults}
 */
export function composeFaults(current, on) {
  /** @type {Faults} */
  const faults = {};
  for (const [kind, values] of on) kind.write(faults, values);
  const { push = [], clockSkewMs = {}, ...others } = beyondSwitches(current);
  const rules = [...(faults.push ?? []), ...push];
  const clocks = { ...clockSkewMs, ...faults.clockSkewMs };
  return {
    ...faults,
    ...others,
    ...(rules.length > 0 ? { push: rules } : {}),
    ...(Object.keys(clocks).length > 0 ? { clockSkewMs: clocks } : {}),
  };
}
