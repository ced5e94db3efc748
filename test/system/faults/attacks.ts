import type { Action } from "../../../lambdas/protocol/routes.ts";

/** What an attacker has got hold of. */
export interface Known {
  readonly conversationId: string;
  readonly messageId: string;
  /** Of a page of a victim's list. */
  readonly cursor: string;
  readonly userIds: readonly string[];
}

export interface Attack {
  readonly name: string;
  /** HTTP statuses, or a frame's code (`ack` where it is accepted), of which the contract demands one. */
  readonly allowed: readonly (string | number)[];
  /** Everything the attacker has written. */
  readonly sent: string;
  /** It concerns the attacker's own conversation or list: one who has none is answered otherwise. */
  readonly isOwn?: boolean;
  /** A profile may be seen by whoever knows its user's id (contract, `GET /api/users`). */
  readonly showsProfile?: boolean;
}

export interface RequestAttack extends Attack {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

export interface FrameAttack extends Attack {
  readonly frame: string;
}

const HOSTILE = [
  "__proto__",
  "constructor",
  "' OR 1=1",
  "../../",
  "\u0000",
  "x".repeat(10 * 1024),
  "🦊👩‍👩‍👧",
  "C#x",
  "%23",
  "<script>",
];

const isLong = (text: string): boolean => text.length > 5_000;
const nameOf = (text: string): string => (isLong(text) ? "10 KB" : JSON.stringify(text));
/** The gateway refuses a request line and headers above 10,240 bytes in its own way. */
const inUrl = (text: string, ...statuses: readonly number[]) =>
  isLong(text) ? [400, 404, 413, 414, 431] : statuses;
const inContent = <C>(text: string, invalid: C, otherwise: C): readonly C[] => [
  isLong(text) || text === "\u0000" ? invalid : otherwise,
];

/** Every action that names a conversation, with fields that are all right. */
const ACTIONS: readonly (readonly [Action, object])[] = [
  ["join_conversation", {}],
  ["leave_conversation", {}],
  ["send_message", { content: "let me in" }],
  ["typing_start", {}],
  ["typing_stop", {}],
  ["mark_read", { seq: 3 }],
  ["sync", { afterSeq: 0 }],
];

export function attackFrames(known: Known, own: string | null): readonly FrameAttack[] {
  const { conversationId, messageId, cursor, userIds } = known;
  const attack = (name: string, fields: object, allowed: string, more: Partial<Attack> = {}): FrameAttack => {
    const frame = JSON.stringify({ id: "attack", ...fields });
    return { name, frame, sent: frame, allowed: [allowed], ...more };
  };
  const stolen = [messageId, cursor, ...userIds];
  const send = { action: "send_message", conversationId, content: "let me in" };
  return [
    ...ACTIONS.flatMap(([action, fields]) => [
      attack(action, { action, ...fields, conversationId }, "FORBIDDEN"),
      ...[...stolen, ...HOSTILE].map((text) =>
        attack(`${action} in ${nameOf(text)}`, { action, ...fields, conversationId: text }, "NOT_FOUND"),
      ),
    ]),
    ...HOSTILE.flatMap((text) => [
      attack(`action ${nameOf(text)}`, { ...send, action: text }, "INVALID_REQUEST"),
      attack(`id ${nameOf(text)}`, { ...send, id: text }, isLong(text) ? "INVALID_REQUEST" : "FORBIDDEN"),
      attack(
        `content ${nameOf(text)}`,
        { ...send, content: text },
        inContent(text, "INVALID_REQUEST", "FORBIDDEN")[0]!,
      ),
      attack(
        `clientMessageId ${nameOf(text)}`,
        { ...send, clientMessageId: text },
        isLong(text) ? "INVALID_REQUEST" : "FORBIDDEN",
      ),
      attack(`afterSeq ${nameOf(text)}`, { ...send, afterSeq: text }, "INVALID_REQUEST"),
      attack(`seq ${nameOf(text)}`, { action: "mark_read", conversationId, seq: text }, "INVALID_REQUEST"),
      attack(
        `sync after ${nameOf(text)}`,
        { action: "sync", conversationId, afterSeq: text },
        "INVALID_REQUEST",
      ),
      attack(
        `sync limit ${nameOf(text)}`,
        { action: "sync", conversationId, afterSeq: 0, limit: text },
        "INVALID_REQUEST",
      ),
      ...(own === null
        ? []
        : [
            attack(
              `own clientMessageId ${nameOf(text)}`,
              { ...send, conversationId: own, clientMessageId: text },
              isLong(text) ? "INVALID_REQUEST" : "ack",
              { isOwn: true },
            ),
            attack(
              `own content ${nameOf(text)}`,
              { ...send, conversationId: own, content: text },
              inContent(text, "INVALID_REQUEST", "ack")[0]!,
              { isOwn: true },
            ),
          ]),
    ]),
  ];
}

export function attackRequests(known: Known, own: string | null): readonly RequestAttack[] {
  const { conversationId, messageId, cursor, userIds } = known;
  type Fields = Partial<Attack> & { readonly body?: unknown };
  const attack = (route: string, allowed: readonly number[], fields: Fields = {}): RequestAttack => {
    const [method, path] = route.split(" ") as ["GET" | "POST", string];
    const name = route.length > 300 ? `${route.slice(0, 80)}…` : route;
    const { body } = fields;
    const text = body === undefined ? "" : JSON.stringify(body);
    return {
      name: `${name} ${text.slice(0, 80)}`,
      method,
      path,
      allowed,
      sent: `${path} ${text}`,
      ...fields,
    };
  };
  /** Every route that names a conversation. */
  const inConversation = (id: string, allowed: readonly number[]): readonly RequestAttack[] => {
    const path = `/api/conversations/${encodeURIComponent(id)}`;
    return [
      attack(`GET ${path}/messages`, allowed),
      attack(`GET ${path}/messages?markRead=false`, allowed),
      attack(`GET ${path}/messages?before=${messageId}`, allowed),
      attack(`GET ${path}/messages?after=${messageId}`, allowed),
      attack(`POST ${path}/messages`, allowed, { body: { content: "let me in" } }),
      attack(`POST ${path}/read`, allowed, { body: { seq: 3 } }),
    ];
  };
  const theirs = `/api/conversations/${conversationId}`;
  return [
    ...inConversation(conversationId, [403]),
    ...[messageId, cursor, ...userIds].flatMap((id) => inConversation(id, [404])),
    attack(`GET /api/conversations?cursor=${cursor}`, [200], { isOwn: true }),
    attack(`GET /api/presence?userIds=${userIds.join()}`, [200]),
    ...userIds.map((id) => attack(`GET /api/users?userId=${id}`, [200], { showsProfile: true })),
    ...(own === null
      ? []
      : ["before", "after"].map((name) =>
          attack(`GET /api/conversations/${own}/messages?${name}=${messageId}`, [400], { isOwn: true }),
        )),
    ...HOSTILE.flatMap((text) => {
      const encoded = encodeURIComponent(text);
      return [
        ...inConversation(text, inUrl(text, 404)),
        attack(`GET /api/conversations?cursor=${encoded}`, inUrl(text, 400)),
        attack(`GET /api/conversations?limit=${encoded}`, inUrl(text, 400)),
        attack(`GET ${theirs}/messages?limit=${encoded}`, inUrl(text, 400)),
        attack(`GET ${theirs}/messages?markRead=${encoded}`, inUrl(text, 400)),
        // A cursor's form is its shape, its conversation is not: either may be looked at first.
        attack(`GET ${theirs}/messages?before=${encoded}`, inUrl(text, 400, 403)),
        attack(`GET ${theirs}/messages?after=${encoded}`, inUrl(text, 400, 403)),
        attack(`GET /api/users?userId=${encoded}`, inUrl(text, 404)),
        attack(`GET /api/presence?userIds=${encoded}`, inUrl(text, 200)),
        attack("POST /api/conversations/find-or-create", [404], { body: { otherUserId: text } }),
        attack(`POST ${theirs}/messages`, inContent(text, 400, 403), { body: { content: text } }),
        attack(`POST ${theirs}/messages`, [isLong(text) ? 400 : 403], {
          body: { content: "let me in", clientMessageId: text },
        }),
        attack(`POST ${theirs}/messages`, [400], { body: { content: "let me in", afterSeq: text } }),
        attack(`POST ${theirs}/read`, [400], { body: { seq: text } }),
        ...(own === null
          ? []
          : [
              attack(`GET /api/conversations/${own}/messages?before=${encoded}`, inUrl(text, 400), {
                isOwn: true,
              }),
            ]),
      ];
    }),
  ];
}
