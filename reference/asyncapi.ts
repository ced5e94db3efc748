import {
  ACTIONS,
  BATCH_FEATURE,
  BATCH_SUBPROTOCOL,
  FEATURES_HEADER,
  PING,
  SUBPROTOCOL,
} from "../lambdas/protocol/routes.ts";
import type { Action } from "../lambdas/protocol/routes.ts";
import type { EventFrame } from "../lambdas/protocol/server-frames.ts";
import { objectOf, schemaNamed } from "./json-schema.ts";
import type { JsonSchema, Schemas } from "./json-schema.ts";
import { LIMITS } from "./limits.ts";
import { FRAMES, PING_FRAME } from "./sent-by-clients.ts";
import type { ServerSchemas } from "./types-as-schemas.ts";

const ACTION_SUMMARIES: Readonly<Record<Action, string>> = {
  join_conversation: "This connection enters a conversation's room, where events are told in full",
  leave_conversation: "This connection leaves the room",
  send_message: "Sends a message, exactly once; needs no join",
  edit_message: "Changes what a message of mine says",
  delete_message: "Empties a message of mine; its place in the order stays",
  react: "Puts an emoji to a message, or takes it back",
  typing_start: "Tells the others in the room that I type; volatile",
  typing_stop: "Tells them that I do no more",
  mark_read: "Moves my read position forward",
  sync: "The messages above a seq, and those below it that changed after a rev: how a client catches up",
};

const EVENT_SUMMARIES: Readonly<Record<EventFrame["type"], string>> = {
  new_message: "To each connection in the room; to the sender's own only if its frame had no id",
  message_changed: "To each connection in the room but the one whose ack has it",
  conversation_updated: "To every other connection of every participant",
  settings_changed: "To my connections, when I have changed what I keep to myself about a conversation",
  conversation_added: "To every connection of somebody who has come to a group",
  conversation_removed: "To every connection of somebody who was removed from a group, or has left it",
  user_typing: "To the other participant's connections in the room",
  user_stopped_typing: "To the other participant's connections in the room",
  messages_read: "To every connection of every participant but the one that marked",
  user_online: "To the connections of people who share a conversation with the user",
  user_offline: "To the connections of people who share a conversation with the user",
};

const BATCH_SUMMARY = `Several events in their order, to connections that asked for it by the subprotocol \`${BATCH_SUBPROTOCOL}\` or the header \`${FEATURES_HEADER}: ${BATCH_FEATURE}\``;

/** Frames that API Gateway makes: they have no `type`. */
const GATEWAY_ERROR: JsonSchema = {
  ...objectOf({
    message: { type: "string" },
    connectionId: { type: "string" },
    requestId: { type: "string" },
  }),
  description: "API Gateway's own: a function failed or took too long. It names neither frame nor id.",
};

/** The AsyncAPI 3.0 document of the WebSocket API, from the server's side: it receives actions and sends events. */
export function asyncApiDocument({ named, acks, events }: ServerSchemas): object {
  const received: Schemas = { ...FRAMES, [PING]: PING_FRAME };
  const answers: Schemas = {
    ...Object.fromEntries(ACTIONS.map((action) => [`${action}_ack`, ackOf(action, acks[action]!)])),
    error: schemaNamed("ErrorFrame"),
    pong: objectOf({ type: { type: "string", const: "pong" } }),
    gateway_error: schemaNamed("GatewayError"),
  };
  const messages = { ...received, ...answers, ...events, batch: batchOf(Object.keys(events)) };
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Parley: WebSocket API",
      version: SUBPROTOCOL,
      description: "Written from lambdas/protocol; docs/protocol.md says what it means.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      local: {
        host: "127.0.0.1:3000",
        pathname: "/local",
        protocol: "ws",
        description: "npm start",
        security: SECURITY,
      },
      deployed: {
        host: "{api}.execute-api.{region}.amazonaws.com",
        pathname: "/{stage}",
        protocol: "wss",
        description: "The stack's output WebSocketUrl",
        variables: {
          api: { default: "api" },
          region: { default: "eu-central-1" },
          stage: { default: "prod" },
        },
        security: SECURITY,
      },
    },
    channels: {
      chat: {
        // The address is the server's path itself.
        address: null,
        description: "One socket. Text frames, each a JSON object.",
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: "GET" } },
      },
    },
    operations: {
      ...Object.fromEntries(ACTIONS.map((action) => [action, actionOf(action)])),
      [PING]: operationOf("receive", PING, "Keeps the socket from idling out; no id, no function", ["pong"]),
      ...Object.fromEntries(
        Object.entries(EVENT_SUMMARIES).map(([type, summary]) => [type, operationOf("send", type, summary)]),
      ),
      batch: operationOf("send", "batch", BATCH_SUMMARY),
    },
    components: {
      messages: Object.fromEntries(
        Object.entries(messages).map(([name, payload]) => [name, { name, payload }]),
      ),
      schemas: { ...ofTheSocket(named), GatewayError: GATEWAY_ERROR },
      securitySchemes: {
        header: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "For servers." },
        subprotocol: {
          type: "httpApiKey",
          name: "Sec-WebSocket-Protocol",
          in: "header",
          description: `For browsers: offers \`${SUBPROTOCOL}\`, or \`${BATCH_SUBPROTOCOL}\`, and the token; the server selects what was offered beside it.`,
        },
      },
    },
    "x-limits": LIMITS,
  };
}

const SECURITY = ["header", "subprotocol"].map((name) => ({ $ref: `#/components/securitySchemes/${name}` }));

const batchOf = (events: readonly string[]): JsonSchema =>
  objectOf({
    type: { type: "string", const: "batch" },
    events: {
      type: "array",
      items: { anyOf: events.map((name) => ({ $ref: `#/components/messages/${name}/payload` })) },
    },
  });

const ackOf = (action: Action, data: JsonSchema): JsonSchema =>
  objectOf({
    type: { type: "string", const: "ack" },
    id: { type: "string" },
    action: { type: "string", const: action },
    data,
  });

/** A send without an id is answered by the event that the others get. */
const actionOf = (action: Action): object =>
  operationOf("receive", action, ACTION_SUMMARIES[action], [
    `${action}_ack`,
    ...(action === "send_message" ? ["new_message"] : []),
    "error",
    "gateway_error",
  ]);

const inChannel = (name: string): object => ({ $ref: `#/channels/chat/messages/${name}` });

const operationOf = (
  action: "send" | "receive",
  message: string,
  summary: string,
  replies: readonly string[] = [],
): object => ({
  action,
  channel: { $ref: "#/channels/chat" },
  summary,
  messages: [inChannel(message)],
  ...(replies.length === 0
    ? {}
    : { reply: { channel: { $ref: "#/channels/chat" }, messages: replies.map(inChannel) } }),
});

/** The types that only HTTP answers with are left out. */
function ofTheSocket(named: Schemas): Schemas {
  const { ConversationPage: _1, HistoryPage: _2, UserAnswer: _3, ...schemas } = named;
  return schemas;
}
