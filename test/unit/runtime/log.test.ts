import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { repairHead } from "../../../lambdas/chat/operations/repair-head.ts";
import { createLog } from "../../../lambdas/runtime/log.ts";
import { createWebSocketHandler } from "../../../lambdas/websocket/router.ts";
import { memoryChat, NO_QUEUE } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  // A secret is one by whichever way it gets out.
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...texts: unknown[]) => lines.push(texts.join(" ")));
  }
});
afterEach(() => vi.restoreAllMocks());

describe("the log", () => {
  it("writes one line of JSON an entry", () => {
    createLog("info").info("head repaired", { messages: 2 });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-.+Z$/) as string,
        level: "INFO",
        message: "head repaired",
        messages: 2,
      },
    ]);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
  });

  it.each([
    [undefined, ["WARN", "ERROR"]],
    ["debug", ["INFO", "WARN", "ERROR"]],
    ["info", ["INFO", "WARN", "ERROR"]],
    ["error", ["ERROR"]],
  ])("at level %s writes %j", (level, written) => {
    const log = createLog(level);
    log.info("x");
    log.warn("x");
    log.error("x", new Error("y"));
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(written);
  });

  it("tells causes down to the first", () => {
    createLog("error").error("x", new Error("outer", { cause: new TypeError("inner") }));
    expect(JSON.parse(lines[0]!)).toMatchObject({
      cause: { name: "Error", message: "outer", cause: { name: "TypeError", message: "inner" } },
    });
  });

  it("tells nothing of a thrown thing that is no error", () => {
    createLog("error").error("x", { content: "the secret text" });
    expect(lines[0]).not.toContain("secret");
  });

  it("never shows a message, whatever becomes of its sending, nor the frame that bore it", async () => {
    const database = new MemoryDatabase();
    for (const id of ["ann", "bob"]) database.users.set(id, newUser(id));
    const calm = memoryChat({ database });
    const { conversationId } = await findOrCreateConversation(
      calm,
      { userId: "ann", connectionId: null },
      "bob",
    );
    const frame = {
      action: "send_message",
      id: "1",
      conversationId,
      content: "the-secret-text",
    };
    const log = createLog("debug");
    let failAt = "";
    const hooks = {
      step: ({ name }: { readonly name: string }) =>
        name === failAt ? Promise.reject(new Error(`${name} is throttled`)) : Promise.resolve(),
      lag: () => 0,
      isPatchy: false,
      losesAnswer: () => false,
      pageSize: 10,
    };
    // Without a clientMessageId each is a message of its own.
    for (failAt of ["", "messages.put", "heads.move", "users.getMany"]) {
      for (const body of [
        JSON.stringify(frame),
        `${JSON.stringify(frame)}}`,
        JSON.stringify({ ...frame, id: 1 }),
      ]) {
        const handler = createWebSocketHandler({
          chat: memoryChat({ database, hooks, log }),
          queue: NO_QUEUE,
        });
        await handler({
          body,
          headers: { Authorization: "Bearer the-secret-token" },
          requestContext: {
            eventType: "MESSAGE",
            connectionId: "c",
            authorizer: { principalId: "ann", tokenExpiresAt: "99999999999" },
          },
        });
      }
    }
    failAt = "";
    await repairHead(
      memoryChat({ database, hooks, log }),
      conversationId,
      database.log(conversationId).length,
    );
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.filter((line) => line.includes("the-secret"))).toEqual([]);
  });
});
