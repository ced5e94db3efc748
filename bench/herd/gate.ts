import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { SUBPROTOCOL } from "../../lambdas/protocol/routes.ts";

/**
 * A server in a process of its own that can be killed: it speaks as much of the protocol as a client needs to be
 * online, with one conversation open, and counts the connections that it takes. Listens when it is told a port.
 */

const connects: number[] = [];
const user = { id: "somebody", name: "somebody", displayName: "Somebody", avatarUrl: null };
const conversation = {
  id: "c",
  otherParticipant: { ...user, online: false, lastSeenAt: null, version: 0 },
  lastMessage: null,
  lastMessageAt: null,
  unreadCount: 0,
  mentionCount: 0,
  lastSeq: 0,
  readSeq: 0,
};

function answerTo(path: string): unknown {
  if (path.startsWith("/api/conversations?")) return { conversations: [conversation], nextCursor: null };
  if (path.startsWith("/api/users")) return user;
  if (path.startsWith("/api/presence")) return { presence: [] };
  return { messages: [], hasMore: false, nextBefore: null, nextAfter: null };
}

function dataOf(action: string): unknown {
  if (action === "join_conversation")
    return { conversationId: "c", lastSeq: 0, readSeq: 0, participants: [user] };
  return { messages: [], lastSeq: 0, hasMore: false };
}

const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(answerTo(request.url ?? "")));
});
const sockets = new WebSocketServer({ server, handleProtocols: () => SUBPROTOCOL });
sockets.on("connection", (socket) => {
  connects.push(Date.now());
  socket.on("message", (data: Buffer) => {
    const { action, id } = JSON.parse(data.toString("utf8")) as { action: string; id?: string };
    const answer = action === "ping" ? { type: "pong" } : { type: "ack", id, action, data: dataOf(action) };
    socket.send(JSON.stringify(answer));
  });
});

export type ToGate = { readonly listen: number } | "report";
export type FromGate = "ready" | { readonly port: number } | { readonly connects: readonly number[] };

const say = (message: FromGate): void => void process.send?.(message);
process.on("message", (message: ToGate) => {
  if (message === "report") return say({ connects });
  server.listen({ port: message.listen, host: "127.0.0.1", backlog: 2_048 }, () => {
    say({ port: (server.address() as { readonly port: number }).port });
  });
});
say("ready");
