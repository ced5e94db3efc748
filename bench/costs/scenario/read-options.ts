import {
  DEFAULTS,
  IDENTITIES,
  MESSAGES_A_USER,
  scenarioOf,
  type Identity,
  type Scenario,
} from "./scenario.ts";

export interface Asked {
  readonly scenario: Scenario;
  /** Where the picture goes, if one is wanted. */
  readonly picture: string | null;
}

interface NumberOption {
  readonly field: keyof Scenario | "messagesAUser";
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
  readonly meaning: string;
}

const ANY = Number.MAX_SAFE_INTEGER;
const number = (
  field: NumberOption["field"],
  least: number,
  most: number,
  meaning: string,
): NumberOption => ({ field, least, most, meaning });
const whole = (...args: Parameters<typeof number>): NumberOption => ({ ...number(...args), whole: true });

const NUMBERS: Readonly<Record<string, NumberOption>> = {
  users: whole("users", 0, ANY, "users active in the month"),
  "hours-online": number("hoursOnline", 0, 24, "hours a user is online in a day, on average"),
  "online-at-peak": number("onlineAtPeak", 0, 1, "share of the users online at once at the peak"),
  devices: number("devices", 1, 10, "connections of a user who is online"),
  sessions: number("sessions", 0, 1_000, "times a user comes online in a day"),
  peers: number("peers", 0, 100_000, "people a user shares a conversation with"),
  "messages-a-user": number("messagesAUser", 0, ANY, "messages a user sends in a day"),
  "messages-a-day": number("messagesADay", 0, ANY, "… or all together"),
  "message-bytes": whole("messageBytes", 1, 8_000, "bytes of a message's content"),
  "messages-a-burst": number("messagesABurst", 1, ANY, "messages of a conversation within a quarter hour"),
  typing: number("typing", 0, 100, "typing signals before a message"),
  groups: number("groups", 0, 1, "share of the messages that go to groups"),
  "group-size": whole("groupSize", 2, 1_000, "members of a group"),
  "recipients-online": number("recipientsOnline", 0, 1, "share of the others online as a message comes"),
  "read-at-once": number("readAtOnce", 0, 1, "share of the messages that those online mark as read at once"),
  lists: number("lists", 0, ANY, "lists of conversations a user asks for in a day"),
  openings: number("openings", 0, ANY, "conversations a user opens in a day: room and history"),
  stored: number("stored", 0, ANY, "messages kept"),
  "log-days": whole("logDays", 1, 3_653, "days that logs are kept"),
  "busiest-hour": number("busiestHour", 1 / 24, 1, "share of a day's doings in its busiest hour"),
  "function-ms": number("functionMs", 1, 60_000, "milliseconds an invocation takes (assumed)"),
  "memory-mb": whole("memoryMb", 128, 10_240, "memory of a function"),
};

const WORDS = {
  identity: { values: IDENTITIES, meaning: "the user pool's feature plan, or an issuer of one's own" },
  page: { values: ["no", "yes"], meaning: "whether the page is served from the account" },
  "free-tier": { values: ["no", "yes"], meaning: "whether each month's free allowances are taken off" },
} as const;

/** What was asked for, or a sentence that says what is wrong with it. */
export function readOptions(args: readonly string[]): Asked | string {
  const numbers: Record<string, number> = {};
  const words: Record<string, string> = {};
  let picture: string | null = null;
  for (let at = 0; at < args.length; at += 2) {
    const [given = "", value] = [args[at], args[at + 1]];
    const name = given.startsWith("--") ? given.slice(2) : "";
    if (!isOption(name)) return `There is no option ${given}.`;
    if (value === undefined) return `The option --${name} has no value.`;
    if (Object.hasOwn(numbers, name) || Object.hasOwn(words, name))
      return `The option --${name} is given twice.`;
    const wrong = Object.hasOwn(NUMBERS, name) ? wrongNumber(name, value) : wrongWord(name, value);
    if (wrong !== null) return wrong;
    if (name === "picture") picture = value;
    else if (Object.hasOwn(NUMBERS, name)) numbers[name] = Number(value);
    else words[name] = value;
  }
  if (Object.hasOwn(numbers, "messages-a-user") && Object.hasOwn(numbers, "messages-a-day")) {
    return "Messages are given by user (--messages-a-user) or all together (--messages-a-day), not both.";
  }
  const fields = Object.entries(numbers).map(([name, value]) => [NUMBERS[name]?.field, value]);
  const scenario = scenarioOf({
    ...(Object.fromEntries(fields) as Partial<Scenario>),
    ...(words["identity"] === undefined ? {} : { identity: words["identity"] as Identity }),
    ...(words["page"] === undefined ? {} : { page: words["page"] === "yes" }),
    ...(words["free-tier"] === undefined ? {} : { freeTier: words["free-tier"] === "yes" }),
  });
  if (scenario.users === 0 && scenario.messagesADay > 0)
    return "Without users nobody sends messages: --users is 0.";
  return { scenario, picture };
}

const isOption = (name: string): boolean =>
  Object.hasOwn(NUMBERS, name) || Object.hasOwn(WORDS, name) || name === "picture";

function wrongNumber(name: string, text: string): string | null {
  const { least, most, whole: isWhole = false } = NUMBERS[name] as NumberOption;
  const value = Number(text);
  const fits = text.trim() !== "" && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (fits) return null;
  const kind = isWhole ? "a whole number" : "a number";
  const range = most === ANY ? `from ${shown(least)} up` : `from ${shown(least)} to ${shown(most)}`;
  return `The option --${name} is ${kind} ${range}, not ${text}.`;
}

function wrongWord(name: string, text: string): string | null {
  if (name === "picture")
    return text.endsWith(".svg") ? null : `The picture is an SVG: ${text} does not end in .svg.`;
  const { values } = WORDS[name as keyof typeof WORDS];
  return (values as readonly string[]).includes(text)
    ? null
    : `The option --${name} is ${values.join(", ")}, not ${text}.`;
}

const shown = (value: number): string => Number(value.toFixed(3)).toLocaleString("en");

/** Every option with its meaning and default. */
export function optionsListing(): string {
  const defaults: Readonly<Record<string, number | string | boolean>> = {
    ...DEFAULTS,
    messagesAUser: MESSAGES_A_USER,
  };
  const numbers = Object.entries(NUMBERS).map(([name, { field, meaning }]) => {
    const usual = field === "stored" ? "a year's" : defaults[field];
    return [`--${name}`, usual === undefined ? meaning : `${meaning} (${usual})`] as const;
  });
  const words = Object.entries(WORDS).map(
    ([name, { values, meaning }]) => [`--${name}`, `${meaning}: ${values.join(", ")}`] as const,
  );
  const all = [...numbers, ...words, ["--picture", "writes the bill as an SVG into this file"] as const];
  return all.map(([name, meaning]) => `  ${name.padEnd(21)}${meaning}`).join("\n");
}
