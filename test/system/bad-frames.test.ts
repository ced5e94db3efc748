import { describe, expect } from "vitest";
import type { Device } from "../support/device.ts";
import { test } from "./chat-test.ts";

const refused = { type: "error", code: "INVALID_REQUEST", message: expect.any(String) as string };

/** Nothing of our own insides in an error's text. */
const INSIDES = /\bat .+:\d+|node:|\.ts\b|\.js\b|TypeError|SyntaxError|undefined|DynamoDB|arn:/;

async function onlyError(device: Device, raw: string) {
  device.send(raw);
  const error = await device.next((frame) => frame.type !== "pong");
  expect([raw.slice(0, 80), error]).toMatchObject([raw.slice(0, 80), refused]);
  expect(JSON.stringify(error)).not.toMatch(INSIDES);
  return error as { id?: string; action?: string };
}

describe("a frame that is none", () => {
  test.for([
    "",
    " ",
    "hello",
    "{",
    `{"action":"sync"`,
    "[]",
    `[{"action":"ping"}]`,
    "42",
    "null",
    "true",
    `"sync"`,
    "{}",
    `{"id":"1"}`,
    `{"action":null}`,
    `{"action":42}`,
    `{"action":["sync"]}`,
    `{"action":{"sync":1}}`,
    `{"Action":"sync"}`,
    `{"action":""}`,
    `{"action":"SYNC"}`,
    `{"action":" sync"}`,
    `{"action":"new_message"}`,
    `{"action":"${"x".repeat(10_000)}"}`,
    ...["__proto__", "constructor", "valueOf", "toString", "hasOwnProperty", "__defineGetter__"].map(
      (action) => `{"action":"${action}"}`,
    ),
    ...["$connect", "$disconnect", "$default", "connect", "disconnect"].map(
      (action) => `{"action":"${action}"}`,
    ),
    `{"__proto__":{"action":"sync"}}`,
    `{"constructor":{"prototype":{"action":"sync"}}}`,
  ])("is INVALID_REQUEST and the socket stays open: %j", async (raw, { cast }) => {
    const alice = await cast.user("alice");
    const device = await alice.connect();
    await onlyError(device, raw);
    await device.ping();
    expect(device.isOpen).toBe(true);
  });

  test("bears its id and action in the error where they can be read", async ({ cast }) => {
    const alice = await cast.user("alice");
    const device = await alice.connect();
    expect(await onlyError(device, `{"action":"nonsense","id":"my-id"}`)).toMatchObject({ id: "my-id" });
    expect(await onlyError(device, `{"id":"my-id","action":"sync"}`)).toMatchObject({
      id: "my-id",
      action: "sync",
    });
  });

  test.for([
    ["65 characters", `"${"x".repeat(65)}"`],
    ["empty", `""`],
    ["a number", "1"],
    ["null", "null"],
    ["an object", "{}"],
  ] as const)("an id that is none: %s", async ([, id], { cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    const rest = `"action":"send_message","conversationId":"${conversationId}","content":"hello"`;
    const error = await onlyError(device, `{${rest},"id":${id}}`);
    expect(error.id).toBeUndefined();
    expect((await device.ask("sync", { conversationId, afterSeq: 0 })).messages).toEqual([]);
  });

  test("an id of 64 characters is good", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    const id = "i".repeat(64);
    device.send({ action: "sync", id, conversationId, afterSeq: 0 });
    expect(await device.next("ack")).toMatchObject({ id });
  });
});

describe("a field that is none", () => {
  const fieldsOf = {
    join_conversation: {},
    leave_conversation: {},
    send_message: { content: "hello" },
    typing_start: {},
    typing_stop: {},
    mark_read: { seq: 0 },
    sync: { afterSeq: 0 },
  };

  test.for(Object.entries(fieldsOf))("conversationId of %s", async ([action, fields], { cast }) => {
    const device = await (await cast.user("alice")).connect();
    for (const conversationId of [undefined, "", null, 1, true, {}, ["x"]]) {
      const error = await device.refusal({ action, ...fields, conversationId });
      expect(error).toMatchObject({ ...refused, action });
    }
  });

  test.for([
    ["mark_read", "seq"],
    ["sync", "afterSeq"],
  ] as const)("%s: %s", async ([action, name], { cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [device, other] = await Promise.all([alice.connect(), bob.connect()]);
    await other.ask("send_message", { conversationId, content: "unread" });
    for (const value of [undefined, null, -1, 0.5, 2 ** 53, "1", true, [1], {}]) {
      const error = await device.refusal({ action, conversationId, [name]: value });
      expect([value, error]).toMatchObject([value, { ...refused, action }]);
    }
    expect(await device.ask("join_conversation", { conversationId })).toMatchObject({ readSeq: 0 });
  });

  test("sync: limit", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    for (const limit of [0, -1, 101, 1.5, "abc", "10", null, [10], 2 ** 53]) {
      const error = await device.refusal({ action: "sync", conversationId, afterSeq: 0, limit });
      expect([limit, error]).toMatchObject([limit, refused]);
    }
  });
});

describe("a frame the gateway refuses", () => {
  test("of more than 32 KB closes with 1009, and stores nothing", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const [device, other] = await Promise.all([alice.connect(), alice.connect()]);
    const frame = { action: "send_message", conversationId, content: "hello" };
    device.send({ ...frame, filler: "x".repeat(40 * 1024) });
    expect((await device.closed).code).toBe(1009);
    expect((await other.ask("sync", { conversationId, afterSeq: 0 })).messages).toEqual([]);
    // Just below the limit is ignored like any other unknown field.
    const { message } = await other.ask("send_message", {
      conversationId,
      content: "hello",
      filler: "x".repeat(31 * 1024),
    });
    expect(message.seq).toBe(1);
  });

  test("of bytes closes with 1003", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const [device, other] = await Promise.all([alice.connect(), alice.connect()]);
    device.send(Buffer.from(JSON.stringify({ action: "send_message", conversationId, content: "hello" })));
    expect((await device.closed).code).toBe(1003);
    expect((await other.ask("sync", { conversationId, afterSeq: 0 })).messages).toEqual([]);
  });
});
