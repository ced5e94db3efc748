/** What people do with a deployment in a month of 30 days. A day is an average one, a user one of the month. */
export interface Scenario {
  /** Users active in the month. */
  readonly users: number;
  /** Hours a user is online in a day. */
  readonly hoursOnline: number;
  /** Share of the users who are online at once when most are. */
  readonly onlineAtPeak: number;
  /** Connections of a user who is online. */
  readonly devices: number;
  /** How often a user comes online in a day. */
  readonly sessions: number;
  /** People whom a user shares a conversation with. */
  readonly peers: number;
  /** In all, in a day. */
  readonly messagesADay: number;
  readonly messageBytes: number;
  /** Messages of one conversation within the quarter hour that moves it in the lists once. */
  readonly messagesABurst: number;
  /** Typing signals before a message. */
  readonly typing: number;
  /** Share of the messages that go to groups. */
  readonly groups: number;
  readonly groupSize: number;
  /** Share of the others who are online as a message comes. */
  readonly recipientsOnline: number;
  /** Share of the messages that those online mark as read at once. */
  readonly readAtOnce: number;
  /** Lists of conversations a user asks for in a day. */
  readonly lists: number;
  /** Conversations a user opens in a day: its room is entered and left, its history shown. */
  readonly openings: number;
  /** Messages kept in the table. */
  readonly stored: number;
  /** Days that logs are kept. */
  readonly logDays: number;
  /** Share of a day's doings that its busiest hour has. */
  readonly busiestHour: number;
  /** How long an invocation takes: an assumption. */
  readonly functionMs: number;
  readonly memoryMb: number;
  readonly identity: Identity;
  /** Whether the page is served from the account. */
  readonly page: boolean;
  /** Whether what AWS gives every account each month is taken off, as if nothing else in the account used it. */
  readonly freeTier: boolean;
}

/** Who signs users in: a user pool of that feature plan, or an issuer of the deployer's own. */
export const IDENTITIES = ["essentials", "lite", "own"] as const;
export type Identity = (typeof IDENTITIES)[number];

export const DAYS = 30;

/** What the options are where they are not given; messages a day by user, and kept for a year, as `readOptions` says. */
export const DEFAULTS = {
  users: 1_000,
  hoursOnline: 1,
  onlineAtPeak: 0.1,
  devices: 1.5,
  sessions: 3,
  peers: 20,
  messageBytes: 200,
  messagesABurst: 5,
  typing: 1,
  groups: 0.3,
  groupSize: 10,
  recipientsOnline: 0.5,
  readAtOnce: 0.5,
  lists: 2,
  openings: 4,
  logDays: 90,
  busiestHour: 0.12,
  functionMs: 25,
  memoryMb: 1_024,
  identity: "essentials",
  page: false,
  freeTier: false,
} as const satisfies Omit<Scenario, "messagesADay" | "stored">;

export const MESSAGES_A_USER = 5;
/** A year's, at the same pace. */
const DAYS_STORED = 365;

export function scenarioOf(
  given: Partial<Omit<Scenario, "messagesADay">> & {
    readonly messagesAUser?: number;
    readonly messagesADay?: number;
  },
): Scenario {
  const { messagesAUser = MESSAGES_A_USER, ...rest } = given;
  const users = rest.users ?? DEFAULTS.users;
  const messagesADay = rest.messagesADay ?? users * messagesAUser;
  return { ...DEFAULTS, stored: messagesADay * DAYS_STORED, ...rest, users, messagesADay };
}
