import fc from "fast-check";

/** What one device does. Numbers stand for whatever they come to modulo the choice there is when it is done. */
export type Action =
  /** Nothing: what a step shrinks to. */
  | { readonly type: "rest" }
  | ({ readonly type: "send" } & SendStyle)
  /** Two messages that do not wait for each other, to one conversation. */
  | ({ readonly type: "send_two" } & SendStyle)
  /** An earlier send of the same user once more, unchanged. */
  | { readonly type: "repeat"; readonly of: number; readonly via: Via }
  | ({ readonly type: "change" } & ChangeStyle)
  /** Of the group of the story, whatever conversation the step is of. */
  | ({ readonly type: "group" } & GroupStyle)
  | { readonly type: "disconnect"; readonly abrupt: boolean }
  | { readonly type: "reconnect" }
  | { readonly type: "sync" }
  | { readonly type: "history"; readonly limit: number; readonly markRead: boolean }
  /** `reach` 1 is the newest message this device knows, above it one that may not exist. */
  | { readonly type: "mark_read"; readonly reach: number; readonly via: Via }
  | { readonly type: "join" | "leave" | "typing" | "list" | "presence" };

export type Via = "socket" | "http";

export interface SendStyle {
  readonly via: Via;
  readonly identified: boolean;
  readonly withAfterSeq: boolean;
  /** Picks the content: plain, long, or of awkward characters. */
  readonly content: number;
  /** Of the others, whom it mentions; null: nobody. */
  readonly mention: number | null;
  /** Counts back from the newest message the device knows; null: it answers none. */
  readonly reply: number | null;
  /** The client dies after its first try and never repeats it. */
  readonly givesUp: boolean;
}

export interface GroupStyle {
  readonly what: "add" | "remove" | "leave" | "role" | "rename";
  /** Who made the group does it, whoever the step is of: most others may not. */
  readonly byFounder: boolean;
  /** Whom it happens to, of everybody. */
  readonly whom: number;
  readonly role: "owner" | "admin" | "member";
  readonly givesUp: boolean;
}

export interface ChangeStyle {
  readonly what: "edit" | "delete" | "react" | "pin";
  /** Counts back from the newest message that may be changed so. */
  readonly of: number;
  /** Of reactions and pins. A deletion in a group that is not: of anybody's message. */
  readonly on: boolean;
  readonly emoji: number;
  /** An edit only of the state that the device knows. */
  readonly withIfRev: boolean;
  readonly content: number;
  readonly via: Via;
  readonly givesUp: boolean;
}

export interface Step {
  readonly user: number;
  readonly device: number;
  readonly conversation: number;
  /** Begins together with the step before, instead of after it. */
  readonly together: boolean;
  readonly action: Action;
}

/** One story: a few users, who talks to whom, and what they do. */
export interface History {
  /** How many devices each user has. */
  readonly devices: readonly number[];
  /** The user i + 1 talks to one of those before: everybody has a peer, nobody talks to all by rule. */
  readonly peers: readonly number[];
  /** Null: they only talk by twos. */
  readonly group: GroupPlan | null;
  readonly steps: readonly Step[];
}

/** A group that the first user makes, who never leaves it: there is always one who sees all of it. */
export interface GroupPlan {
  readonly history: "all" | "from_join";
  /** By user behind the first, whether they are in it from the beginning. */
  readonly founders: readonly boolean[];
  /** Members who have no device, and say nothing. */
  readonly quiet: number;
}

const via = fc.constantFrom<Via>("socket", "socket", "http");
const often = fc.constantFrom(true, true, true, false);

const style = {
  via,
  identified: often,
  withAfterSeq: fc.boolean(),
  content: fc.nat(19),
  mention: fc.constantFrom(null, null, 0, 1, 2, 3),
  reply: fc.constantFrom(null, null, null, 0, 1, 3),
  givesUp: fc.constantFrom(false, false, false, false, false, true),
};

const groupStyle = {
  what: fc.constantFrom<GroupStyle["what"]>(
    "add",
    "add",
    "add",
    "remove",
    "remove",
    "leave",
    "role",
    "rename",
  ),
  byFounder: fc.boolean(),
  // Those with devices stand first.
  whom: fc.oneof(fc.nat(3), fc.nat(3), fc.nat(40)),
  role: fc.constantFrom<GroupStyle["role"]>("admin", "admin", "member", "owner"),
  givesUp: style.givesUp,
};

const changeStyle = {
  what: fc.constantFrom<ChangeStyle["what"]>(
    ...(["edit", "edit", "edit", "react", "react", "react", "react", "pin", "pin", "delete"] as const),
  ),
  of: fc.constantFrom(0, 0, 0, 1, 2, 5),
  on: fc.constantFrom(true, true, false),
  emoji: fc.nat(2),
  withIfRev: fc.boolean(),
  content: fc.nat(19),
  via,
  givesUp: style.givesUp,
};

const ofGroup = (weight: number) => ({
  weight,
  arbitrary: fc.record({ type: fc.constant("group" as const), ...groupStyle }),
});

const actionOf = (hasGroup: boolean): fc.Arbitrary<Action> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant({ type: "rest" as const }) },
    { weight: 44, arbitrary: fc.record({ type: fc.constant("send" as const), ...style }) },
    { weight: 8, arbitrary: fc.record({ type: fc.constant("send_two" as const), ...style }) },
    { weight: 10, arbitrary: fc.record({ type: fc.constant("repeat" as const), of: fc.nat(20), via }) },
    {
      weight: hasGroup ? 34 : 48,
      arbitrary: fc.record({ type: fc.constant("change" as const), ...changeStyle }),
    },
    ...(hasGroup ? [ofGroup(34)] : []),
    { weight: 6, arbitrary: fc.record({ type: fc.constant("disconnect" as const), abrupt: fc.boolean() }) },
    { weight: 7, arbitrary: fc.constant({ type: "reconnect" as const }) },
    { weight: 8, arbitrary: fc.constant({ type: "sync" as const }) },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant("history" as const),
        limit: fc.constantFrom(1, 5, 50),
        markRead: often,
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({
        type: fc.constant("mark_read" as const),
        reach: fc.constantFrom(0, 0.5, 1, 1, 1.5),
        via,
      }),
    },
    {
      weight: 16,
      arbitrary: fc.record({
        type: fc.constantFrom("join", "join", "leave", "typing", "list", "presence"),
      }),
    },
  );

const stepOf = (hasGroup: boolean): fc.Arbitrary<Step> =>
  fc.record({
    user: fc.nat(4),
    device: fc.nat(2),
    // The group stands first, and there is one more than most have.
    conversation: hasGroup ? fc.constantFrom(0, 0, 0, 1, 2, 3) : fc.nat(3),
    together: fc.boolean(),
    action: actionOf(hasGroup),
  });

/** Of 3 to 30, the small ones most often. */
const groupPlan = (users: number): fc.Arbitrary<GroupPlan> =>
  fc.record({
    history: fc.constantFrom<GroupPlan["history"]>("all", "from_join"),
    founders: fc.array(often, { minLength: users - 1, maxLength: users - 1 }),
    quiet: fc.constantFrom(1, 1, 1, 2, 2, 3, 6, 12, 25),
  });

/** How many users with devices there are, and whether they have a group. */
const sizes = fc.record({
  users: fc.constantFrom(2, 2, 2, 3, 3, 4, 5),
  hasGroup: fc.constantFrom(false, true, true),
});

export const histories: fc.Arbitrary<History> = sizes.chain(({ users, hasGroup }) =>
  fc.record({
    devices: fc.array(fc.constantFrom(1, 1, 2, 2, 3), { minLength: users, maxLength: users }),
    peers: fc.array(fc.nat(3), { minLength: users - 1, maxLength: users - 1 }),
    group: hasGroup ? groupPlan(users) : fc.constant(null),
    steps: fc.array(stepOf(hasGroup), { minLength: 15, maxLength: 40, size: "max" }),
  }),
);

/** How a property plays the one history of a seed; `fc.sample` would give it another. */
export const onlyHistoryOf = (seed: number) => ({ seed, numRuns: 1, unbiased: true });

/** The history of a seed. */
export function historyOf(seed: number): History {
  const generated: History[] = [];
  const property = fc.property(histories, (history) => {
    generated.push(history);
  });
  fc.assert(property, onlyHistoryOf(seed));
  return generated[0]!;
}

/** Steps that begin together. */
export function wavesOf({ steps }: History): readonly (readonly Step[])[] {
  const waves: Step[][] = [];
  for (const step of steps) {
    if (step.action.type === "rest") continue;
    const last = waves.at(-1);
    if (last && step.together && last.length < 6) last.push(step);
    else waves.push([step]);
  }
  return waves;
}

/** What the message of that number says, of the kind a step asks for. */
export function contentOf(kind: number, number: number): string {
  switch (kind) {
    case 0:
      return `${number} ${"long ".repeat(300)}`;
    case 1:
      return ` ${number} \u{1F469}\u200D\u{1F680} "quoted" \\ \n\t \u202Eback `;
    case 2:
      return `${number} ${"\u{1F30A}".repeat(250)}`;
    default:
      return `message ${number}`;
  }
}

/** One line a wave. */
export function describeHistory(history: History): string {
  const people = history.devices.map((count, user) => `user ${user}: ${count} device(s)`).join(", ");
  const talks = history.peers.map((peer, index) => `${index + 1} with ${peer % (index + 1)}`).join(", ");
  const { group } = history;
  const grouped = group
    ? `; a group (${group.history}) of u0, ${group.founders.flatMap((isIn, index) => (isIn ? [`u${index + 1}`] : [])).join(", ")} and ${group.quiet} quiet ones`
    : "";
  const waves = wavesOf(history).map((wave, index) => {
    const steps = wave.map(({ user, device, conversation, action: { type, ...fields } }) => {
      const details = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : "";
      return `u${user % history.devices.length}/d${device}/c${conversation} ${type}${details}`;
    });
    return `  ${index + 1}. ${steps.join("  ‖  ")}`;
  });
  return [`${people}; talk: ${talks}${grouped}`, ...waves].join("\n");
}
