import type { Conversation, Member } from "../../lambdas/protocol/objects.ts";

/** What came back. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Anybody who can ask over HTTP as themselves. */
export interface Asking {
  readonly id: string;
  http(options: {
    readonly route: string;
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  }): Promise<Answer>;
}

const ONE = "/api/conversations/{conversationId}";

/** What somebody may ask of groups; each answers as the route does. */
export const groupsOf = (who: Asking) => {
  const ask = (method: string, rest: string, conversationId: string, options: object = {}) =>
    who.http({ route: `${method} ${ONE}${rest}`, path: { conversationId }, ...options });
  return {
    make: (fields: object) =>
      who.http({
        route: "POST /api/conversations",
        body: { kind: "group", title: "Sailing", memberIds: [], ...fields },
      }),
    see: (id: string) => ask("GET", "", id),
    change: (id: string, body: unknown) => ask("PATCH", "", id, { body }),
    members: (id: string, query: Readonly<Record<string, string>> = {}) =>
      ask("GET", "/members", id, { query }),
    add: (id: string, userIds: unknown) => ask("POST", "/members", id, { body: { userIds } }),
    remove: (id: string, userId: string) => ask("DELETE", "/members", id, { query: { userId } }),
    role: (id: string, userId: unknown, role: unknown) =>
      ask("PUT", "/members/role", id, { body: { userId, role } }),
  };
};

export const groupIn = ({ body }: Answer): Conversation =>
  (body as { conversation: Conversation }).conversation;
export const membersIn = ({ body }: Answer): readonly Member[] => (body as { members: Member[] }).members;
