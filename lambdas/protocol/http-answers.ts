import type { ErrorCode } from "./codes.ts";
import type {
  Member,
  ChangedMessage,
  Conversation,
  Message,
  Presence,
  ReactionEntry,
  ReadPosition,
  Sent,
  Undisclosed,
  User,
} from "./objects.ts";
import type { HttpRoute } from "./routes.ts";

/** The body of each route's success; its status is 200, 201 for what this request has made, 204 for null. */
export interface HttpAnswers extends Record<HttpRoute, unknown> {
  "GET /api/conversations": ConversationPage;
  "POST /api/conversations": GroupAnswer;
  "GET /api/conversations/{conversationId}": { readonly conversation: Conversation };
  "PATCH /api/conversations/{conversationId}": GroupAnswer;
  "GET /api/conversations/{conversationId}/members": MemberPage;
  "POST /api/conversations/{conversationId}/members": { readonly added: readonly string[] };
  "DELETE /api/conversations/{conversationId}/members": null;
  "PUT /api/conversations/{conversationId}/members/role": { readonly member: Member };
  "GET /api/conversations/{conversationId}/messages": HistoryPage;
  "POST /api/conversations/{conversationId}/messages": Sent;
  "PATCH /api/conversations/{conversationId}/messages/{seq}": ChangedMessage;
  "DELETE /api/conversations/{conversationId}/messages/{seq}": ChangedMessage;
  "GET /api/conversations/{conversationId}/messages/{seq}/reactions": ReactionPage;
  "PUT /api/conversations/{conversationId}/messages/{seq}/reactions": ChangedMessage;
  "DELETE /api/conversations/{conversationId}/messages/{seq}/reactions": ChangedMessage;
  "PUT /api/conversations/{conversationId}/messages/{seq}/pin": ChangedMessage;
  "DELETE /api/conversations/{conversationId}/messages/{seq}/pin": ChangedMessage;
  "GET /api/conversations/{conversationId}/pins": { readonly messages: readonly Message[] };
  "POST /api/conversations/{conversationId}/read": ReadPosition;
  "PATCH /api/conversations/{conversationId}/settings": { readonly conversation: Conversation };
  "POST /api/conversations/find-or-create": { readonly conversationId: string };
  "GET /api/users": UserAnswer;
  "GET /api/users/search": { readonly users: readonly User[] };
  "GET /api/presence": { readonly presence: readonly ({ readonly userId: string } & Presence)[] };
  "GET /api/blocks": { readonly users: readonly User[] };
  "PUT /api/blocks": null;
  "DELETE /api/blocks": null;
  "PUT /api/admin/users": { readonly user: User };
  "POST /api/admin/users/sign-out": null;
  /** JSON lines: a value of `ExportLine` each. */
  "GET /api/admin/users/export": string;
  "POST /api/admin/users/erase": ErasureJob;
  "GET /api/admin/jobs/{jobId}": ErasureJob;
  "POST /api/admin/conversations/{conversationId}/messages": Sent;
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}": ChangedMessage;
}

/** A page of the list, latest message first; `nextCursor` is null on the last. */
export interface ConversationPage {
  readonly conversations: readonly Conversation[];
  readonly nextCursor: string | null;
}

/** A group, as it stands. */
export interface GroupAnswer {
  readonly conversation: Conversation;
}

/** A page of a group's members: owners, admins, then the others, each by joining; `nextCursor` is null on the last. */
export interface MemberPage {
  readonly members: readonly Member[];
  readonly nextCursor: string | null;
}

/** A page of the history. */
export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  readonly nextBefore: string | null;
  readonly nextAfter: string | null;
  /** Every change up to this one is in these messages: `sync` goes on from here. */
  readonly lastRev: number;
}

/** A page of who reacted to a message, user by user; `nextCursor` is null on the last. */
export interface ReactionPage {
  readonly reactions: readonly ReactionEntry[];
  readonly nextCursor: string | null;
}

/** The erasure of one user. */
export interface ErasureJob {
  /** The same for the same user, however often it is asked for. */
  readonly jobId: string;
  /** `failed`: it has not moved for an hour; asked for again, it goes on from there. */
  readonly state: "running" | "done" | "failed";
  readonly messages: "keep" | "delete";
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly counts: ErasureCounts;
}

/** What an erasure has done so far. */
export interface ErasureCounts {
  readonly conversations: number;
  /** Messages that named the user as sender, mentioned, who reacted, or in what happened to a group. */
  readonly messages: number;
  /** What stood beside them, one item each: profile, rows, marks, reactions, changes. */
  readonly items: number;
}

/** A profile; without presence where one shares no conversation with the user. */
export type UserAnswer = User & (Presence | Undisclosed);

/** The body of every refusal and failure, with the status of its code. */
export interface ErrorAnswer {
  readonly code: ErrorCode;
  readonly message: string;
}
