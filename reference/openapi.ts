import { HTTP_STATUS } from "../lambdas/protocol/codes.ts";
import type { ErrorCode } from "../lambdas/protocol/codes.ts";
import { MAX_BODY_BYTES } from "../lambdas/protocol/limits.ts";
import { HTTP_ROUTES, SUBPROTOCOL } from "../lambdas/protocol/routes.ts";
import type { HttpRoute } from "../lambdas/protocol/routes.ts";
import { objectOf, schemaNamed } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { LIMITS } from "./limits.ts";
import { REQUESTS } from "./sent-by-clients.ts";
import type { ServerSchemas } from "./types-as-schemas.ts";

interface Operation {
  readonly id: string;
  readonly summary: string;
  /** What may come back beside the codes that every route has. */
  readonly refusals: readonly ErrorCode[];
  /** Where success is not just 200. */
  readonly successes?: Readonly<Record<number, string>>;
}

const OF_A_CONVERSATION = ["FORBIDDEN", "NOT_FOUND"] as const;
const OF_EVERY_ROUTE = ["INVALID_REQUEST", "UNAUTHORIZED", "RATE_LIMITED", "INTERNAL"] as const;

const OPERATIONS: Readonly<Record<HttpRoute, Operation>> = {
  "GET /api/conversations": {
    id: "listConversations",
    summary: "My conversations, latest message first",
    refusals: [],
  },
  "POST /api/conversations": {
    id: "createGroup",
    summary: "Makes a group; the same `clientConversationId` again finds it",
    refusals: ["NOT_FOUND", "PAYLOAD_TOO_LARGE"],
    successes: { 201: "It is made now.", 200: "An earlier attempt had made it." },
  },
  "GET /api/conversations/{conversationId}": {
    id: "getConversation",
    summary: "A conversation as I see it",
    refusals: OF_A_CONVERSATION,
  },
  "PATCH /api/conversations/{conversationId}": {
    id: "changeDetails",
    summary: "Changes what a group says of itself; for its owner and admins",
    refusals: [...OF_A_CONVERSATION, "CONFLICT", "PAYLOAD_TOO_LARGE"],
  },
  "GET /api/conversations/{conversationId}/members": {
    id: "listMembers",
    summary: "A group's members: owners, admins, then the others, each by joining",
    refusals: [...OF_A_CONVERSATION, "CONFLICT"],
  },
  "POST /api/conversations/{conversationId}/members": {
    id: "addMembers",
    summary: "Adds members; for owner and admins. Those there already are left out",
    refusals: [...OF_A_CONVERSATION, "CONFLICT", "PAYLOAD_TOO_LARGE"],
  },
  "DELETE /api/conversations/{conversationId}/members": {
    id: "removeMember",
    summary: "Removes a member, for the owner, and of plain members for admins; oneself: one leaves",
    refusals: [...OF_A_CONVERSATION, "CONFLICT"],
    successes: { 204: "They are gone." },
  },
  "PUT /api/conversations/{conversationId}/members/role": {
    id: "changeRole",
    summary: "Gives a member a role, for the owner; `owner` hands the group over",
    refusals: [...OF_A_CONVERSATION, "CONFLICT", "PAYLOAD_TOO_LARGE"],
  },
  "GET /api/conversations/{conversationId}/messages": {
    id: "listMessages",
    summary: "A page of a conversation's history; marks it as read unless told otherwise",
    refusals: OF_A_CONVERSATION,
  },
  "POST /api/conversations/{conversationId}/messages": {
    id: "sendMessage",
    summary: "Sends a message, exactly once",
    refusals: [...OF_A_CONVERSATION, "CONFLICT", "PAYLOAD_TOO_LARGE"],
    successes: { 201: "It is stored now.", 200: "An earlier attempt had stored it." },
  },
  "PATCH /api/conversations/{conversationId}/messages/{seq}": {
    id: "editMessage",
    summary: "Changes what a message of mine says",
    refusals: [...OF_A_CONVERSATION, "CONFLICT", "PAYLOAD_TOO_LARGE"],
  },
  "DELETE /api/conversations/{conversationId}/messages/{seq}": {
    id: "deleteMessage",
    summary: "Empties a message of mine; its place in the order stays",
    refusals: OF_A_CONVERSATION,
  },
  "GET /api/conversations/{conversationId}/messages/{seq}/reactions": {
    id: "listReactions",
    summary: "Who reacted to a message, user by user",
    refusals: OF_A_CONVERSATION,
  },
  "PUT /api/conversations/{conversationId}/messages/{seq}/reactions": {
    id: "addReaction",
    summary: "Puts an emoji of mine to a message",
    refusals: [...OF_A_CONVERSATION, "CONFLICT"],
  },
  "DELETE /api/conversations/{conversationId}/messages/{seq}/reactions": {
    id: "removeReaction",
    summary: "Takes an emoji of mine back",
    refusals: [...OF_A_CONVERSATION, "CONFLICT"],
  },
  "PUT /api/conversations/{conversationId}/messages/{seq}/pin": {
    id: "pinMessage",
    summary: "Pins a message, for everybody",
    refusals: [...OF_A_CONVERSATION, "CONFLICT"],
  },
  "DELETE /api/conversations/{conversationId}/messages/{seq}/pin": {
    id: "unpinMessage",
    summary: "Pins a message no more",
    refusals: OF_A_CONVERSATION,
  },
  "GET /api/conversations/{conversationId}/pins": {
    id: "listPins",
    summary: "The pinned messages, latest pin first",
    refusals: OF_A_CONVERSATION,
  },
  "POST /api/conversations/{conversationId}/read": {
    id: "markRead",
    summary: "Moves my read position forward",
    refusals: [...OF_A_CONVERSATION, "PAYLOAD_TOO_LARGE"],
  },
  "PATCH /api/conversations/{conversationId}/settings": {
    id: "changeSettings",
    summary: "What I keep to myself about a conversation: pinned, archived, muted",
    refusals: [...OF_A_CONVERSATION, "PAYLOAD_TOO_LARGE"],
  },
  "POST /api/conversations/find-or-create": {
    id: "findOrCreateConversation",
    summary: "The one conversation with another user",
    refusals: ["FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE"],
  },
  "GET /api/users": {
    id: "getUser",
    summary: "A profile, with presence where one shares a conversation",
    refusals: ["NOT_FOUND"],
  },
  "GET /api/users/search": {
    id: "searchUsers",
    summary: "Users whose handle begins so, nearest first; by the setting `directory`",
    refusals: ["NOT_FOUND"],
  },
  "GET /api/presence": {
    id: "getPresence",
    summary: "The presence of those one shares a conversation with",
    refusals: [],
  },
  "GET /api/blocks": { id: "listBlocks", summary: "Whom I have blocked, the latest first", refusals: [] },
  "PUT /api/blocks": {
    id: "blockUser",
    summary: "Blocks a user: nothing passes between the two of us",
    refusals: ["NOT_FOUND", "CONFLICT"],
    successes: { 204: "Blocked." },
  },
  "DELETE /api/blocks": {
    id: "unblockUser",
    summary: "Blocks a user no more",
    refusals: ["NOT_FOUND"],
    successes: { 204: "Not blocked." },
  },
  "PUT /api/admin/users": {
    id: "introduceUser",
    summary: "Makes somebody known before their first sign-in; takes the admin scope",
    refusals: ["FORBIDDEN", "CONFLICT", "PAYLOAD_TOO_LARGE"],
  },
  "POST /api/admin/users/sign-out": {
    id: "signOutUser",
    summary: "Closes everything of one user's, and ends their tokens; takes the admin scope",
    refusals: ["FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE"],
    successes: { 204: "Done; tokens issued before are refused everywhere within a minute." },
  },
  "GET /api/admin/users/export": {
    id: "exportUser",
    summary: "Everything that is held about one user, page by page; takes the admin scope",
    refusals: ["FORBIDDEN", "NOT_FOUND"],
  },
  "POST /api/admin/users/erase": {
    id: "eraseUser",
    summary:
      "Signs a user out for good and begins to erase them; again, it is the same job; takes the admin scope",
    refusals: ["FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE"],
    successes: { 202: "It is begun, or was already." },
  },
  "GET /api/admin/jobs/{jobId}": {
    id: "getJob",
    summary: "How far an erasure is; takes the admin scope",
    refusals: ["FORBIDDEN", "NOT_FOUND"],
  },
  "POST /api/admin/conversations/{conversationId}/messages": {
    id: "sendOnBehalf",
    summary:
      "Sends a message in the name of a participant, or of the system, exactly once; takes the admin scope",
    refusals: [...OF_A_CONVERSATION, "PAYLOAD_TOO_LARGE"],
    successes: { 201: "It is stored now.", 200: "An earlier attempt had stored it." },
  },
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}": {
    id: "removeMessage",
    summary: "Empties any message; its place in the order stays; takes the admin scope",
    refusals: OF_A_CONVERSATION,
  },
};

/** What API Gateway answers by itself, before any function or in its place. */
const GATEWAY_ERROR: JsonSchema = {
  ...objectOf({ message: { type: "string" } }),
  description: "API Gateway's own answer: it has no `code`.",
};

const WHEN: Readonly<Record<ErrorCode, string>> = {
  INVALID_REQUEST: "A parameter or field is missing, mistyped or out of its limits.",
  UNAUTHORIZED: "There is no valid token.",
  FORBIDDEN:
    "The caller is no participant or no admin, the message is another's, or one of the two has blocked the other.",
  NOT_FOUND: "There is no such conversation, message or user.",
  CONFLICT:
    "`afterSeq` is more than 1,000 behind, the message has changed or is deleted, there are too many, or it is no group: nothing is stored.",
  PAYLOAD_TOO_LARGE: `The body has more than ${MAX_BODY_BYTES} bytes.`,
  RATE_LIMITED: "Too many of these; `Retry-After` tells when to try again.",
  INTERNAL: "Our fault; a repeat is safe.",
};

/** The OpenAPI 3.1 document of the HTTP API. */
export function openApiDocument({ named, answers }: ServerSchemas): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of HTTP_ROUTES) {
    const [method, path] = route.split(" ") as [string, string];
    (paths[path] ??= {})[method.toLowerCase()] = operationOf(route, path, answers[route]!);
  }
  // An ErrorFrame is the WebSocket's.
  const { ErrorFrame: _, ...schemas } = named;
  return {
    openapi: "3.1.0",
    info: {
      title: "Parley: HTTP API",
      version: SUBPROTOCOL,
      description: "Written from lambdas/protocol; docs/protocol.md says what it means.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      { url: "http://127.0.0.1:3000", description: "npm start" },
      {
        url: "https://{api}.execute-api.{region}.amazonaws.com",
        description: "The stack's output HttpUrl",
        variables: { api: { default: "api" }, region: { default: "eu-central-1" } },
      },
    ],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: { ...schemas, GatewayError: GATEWAY_ERROR },
      responses: Object.fromEntries(Object.keys(WHEN).map((code) => [code, responseOf(code as ErrorCode)])),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "An OIDC token, RS256." },
      },
    },
    "x-limits": LIMITS,
  };
}

function operationOf(route: HttpRoute, path: string, answer: JsonSchema): object {
  const { id, summary, refusals, successes = { 200: "Done." } } = OPERATIONS[route];
  const { query, body } = REQUESTS[route];
  // What answers with a text answers with lines of JSON.
  const content = {
    [answer.type === "string" ? "application/x-ndjson" : "application/json"]: { schema: answer },
  };
  const codes = new Set<ErrorCode>([...OF_EVERY_ROUTE, ...refusals]);
  const parameters = [...pathParameters(path), ...(query ? queryParameters(query) : [])];
  return {
    operationId: id,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: body } } } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(successes).map(([status, description]) => [
          status,
          status === "204" ? { description } : { description, content },
        ]),
      ),
      ...Object.fromEntries(
        [...codes].map((code) => [HTTP_STATUS[code], { $ref: `#/components/responses/${code}` }]),
      ),
    },
  };
}

const pathParameters = (path: string): object[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: name === "seq" ? { type: "integer", minimum: 0 } : { type: "string", minLength: 1 },
  }));

/** A list in a query is its entries, each percent-encoded, joined by commas: what `explode: false` says. */
const queryParameters = ({ properties = {}, required = [] }: JsonSchema): object[] =>
  Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    ...(schema.type === "array" ? { style: "form", explode: false } : {}),
    schema,
  }));

function responseOf(code: ErrorCode): object {
  const ours: JsonSchema = schemaNamed("ErrorAnswer");
  // The gateway refuses tokens and throttles by itself, and answers for a function that has failed.
  const isOfGateway = code === "UNAUTHORIZED" || code === "RATE_LIMITED" || code === "INTERNAL";
  const schema = isOfGateway ? { anyOf: [ours, schemaNamed("GatewayError")] } : ours;
  const retryAfter = {
    "Retry-After": { description: "Seconds", schema: { type: "integer", minimum: 0 } },
  };
  return {
    description: `${code}: ${WHEN[code]}`,
    ...(code === "RATE_LIMITED" ? { headers: retryAfter } : {}),
    content: { "application/json": { schema } },
  };
}
