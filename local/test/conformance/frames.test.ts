import { expect } from "vitest";
import { contextOf, useCloud, type Connected } from "./cloud.ts";
import { row } from "./row.ts";
import type { SeenEvent } from "./recorder.ts";

const cloud = useCloud();
const INTERNAL =
  /^\{"message": "Internal server error", "connectionId":"([^"]+)", "requestId":"([\w-]{15}=)"\}$/;

const isOf =
  ({ connectionId }: Connected, routeKey?: string) =>
  ({ event }: SeenEvent): boolean => {
    const context = event["type"] === "REQUEST" ? {} : (contextOf(event) as Record<string, unknown>);
    const ofRoute = routeKey === undefined || context["routeKey"] === routeKey;
    return context["connectionId"] === connectionId && context["eventType"] === "MESSAGE" && ofRoute;
  };

/** What a new connection is answered to a frame. */
async function answerTo(frame: unknown): Promise<string> {
  const client = await cloud().connect();
  client.send(frame);
  return client.next();
}

/** Sends the frame, then one that is answered: what came before that answer. */
async function silenceAfter(client: Connected, frame: unknown): Promise<string> {
  client.send(frame);
  await cloud().recorder.until(isOf(client));
  const { requestId } = await client.event("MESSAGE");
  await cloud().recorder.ended(requestId);
  client.send({ action: "fixed" });
  return client.next();
}

row("route.exact", async () => {
  expect(await answerTo({ action: "answered" })).toBe('{"route":"answered"}');
});

row("route.default", async () => {
  for (const action of ["Answered", "answered ", "", 1, null, "toString", "__proto__"]) {
    expect(await answerTo({ action })).toBe('{"route":"$default"}');
  }
  expect(await answerTo({})).toBe('{"route":"$default"}');
});

row("route.not-json", async () => {
  const answers = [];
  for (const text of ["hello", '{"action":"answered"', "[]", "null", '"answered"'])
    answers.push(await answerTo(text));
  expect(new Set(answers)).toEqual(new Set(['{"route":"$default"}']));
});

row("route.lifecycle", async () => {
  for (const action of ["$connect", "$disconnect"]) {
    expect(await answerTo({ action })).toBe('{"route":"$default"}');
  }
});

row("route.handler-error", async () => {
  const client = await cloud().connect();
  client.send({ action: "answered", script: { throws: { message: "secret" } } });
  const [, connectionId, requestId] = INTERNAL.exec(await client.next()) ?? [];
  expect(connectionId).toBe(client.connectionId);
  expect(requestId).toBe(contextOf((await client.event("MESSAGE")).event)["requestId"]);
});

row("route.function-timeout", async () => {
  expect(await answerTo({ action: "brief", script: { hang: true } })).toMatch(INTERNAL);
});

row("route.malformed", async () => {
  expect(await answerTo({ action: "answered", script: { answer: { body: "no status" } } })).toMatch(INTERNAL);
  expect(await answerTo({ action: "answered", script: { answer: "nothing" } })).toMatch(INTERNAL);
});

row("route.concurrent", async () => {
  const gate = await cloud().gate();
  const client = await cloud().connect();
  client.send({ action: "answered", script: { gate: gate.url, answer: { statusCode: 200, body: "first" } } });
  await gate.reached();
  client.send({ action: "answered", script: { answer: { statusCode: 200, body: "second" } } });
  expect(await client.next()).toBe("second");
  gate.open();
  expect(await client.next()).toBe("first");
});

row("route.serial", async () => {
  const gate = await cloud().gate();
  const client = await cloud().connect();
  cloud().limits.serialFrames = true;
  try {
    client.send({
      action: "answered",
      script: { gate: gate.url, answer: { statusCode: 200, body: "first" } },
    });
    await gate.reached();
    client.send({ action: "fixed" });
    // The answer to a ping comes after the frame before it has been taken in.
    const pong = new Promise((resolve) => client.socket.once("pong", resolve));
    client.socket.ping();
    await pong;
    gate.open();
    expect([await client.next(), await client.next()]).toEqual(["first", '{"type":"pong"}']);
  } finally {
    cloud().limits.serialFrames = false;
  }
});

row("model.refuses", async () => {
  const client = await cloud().connect();
  for (const frame of [{ action: "checked" }, { action: "checked", text: "too long" }]) {
    client.send(frame);
    const answer =
      /^\{"message" : "Bad request body", "connectionId": "([^"]+)", "messageId": "[\w-]{15}="\}$/;
    expect(answer.exec(await client.next())?.[1]).toBe(client.connectionId);
  }
  client.send({ action: "answered" });
  await client.next();
  expect(cloud().recorder.all(isOf(client, "checked"))).toEqual([]);
});

row("model.accepts", async () => {
  expect(await answerTo({ action: "checked", text: "short", count: 1, tags: ["a"] })).toBe(
    '{"route":"checked"}',
  );
});

row("model.keywords", async () => {
  const client = await cloud().connect();
  const verdict = async (fields: unknown): Promise<boolean> => {
    client.send({ action: "checked", text: "ok", ...(fields as object) });
    return (await client.next()) === '{"route":"checked"}';
  };
  const accepted = [{}, { text: "🙂🙂🙂🙂🙂" }, { count: 2 }, { tags: [] }, { tags: ["a", "b"] }];
  const refused = [
    { text: "" },
    { text: 5 },
    { count: 0 },
    { count: 1.5 },
    { count: "1" },
    { tags: ["c"] },
    { tags: ["a", "b", "a"] },
    { tags: "a" },
    { unknown: 1 },
  ];
  for (const fields of accepted) expect([fields, await verdict(fields)]).toEqual([fields, true]);
  for (const fields of refused) expect([fields, await verdict(fields)]).toEqual([fields, false]);
});

row("response.two-way", async () => {
  const answer = { statusCode: 200, body: "as it is: {ü" };
  expect(await answerTo({ action: "answered", script: { answer } })).toBe("as it is: {ü");
});

row("response.one-way", async () => {
  const client = await cloud().connect();
  const script = { answer: { statusCode: 200, body: "unheard" } };
  expect(await silenceAfter(client, { action: "one-way", script })).toBe('{"type":"pong"}');
});

row("response.error-one-way", async () => {
  expect(await answerTo({ action: "one-way", script: { throws: { message: "no" } } })).toMatch(INTERNAL);
});

row("response.empty", async () => {
  const client = await cloud().connect();
  const script = { answer: { statusCode: 200 } };
  expect(await silenceAfter(client, { action: "answered", script })).toBe('{"type":"pong"}');
});

row("mock.fixed", async () => {
  const client = await cloud().connect();
  client.send({ action: "fixed" });
  expect(await client.next()).toBe('{"type":"pong"}');
  client.send({ action: "answered" });
  await client.next();
  expect(cloud().recorder.all(isOf(client))).toHaveLength(1);
});

row("mock.template", async () => {
  const client = await cloud().connect();
  client.send({ action: "echo", text: "ü" });
  expect(JSON.parse(await client.next())).toEqual({ said: "ü", raw: "ü", connection: client.connectionId });
});

row("mock.mute", async () => {
  const client = await cloud().connect();
  client.send({ action: "mute" });
  client.send({ action: "fixed" });
  expect(await client.next()).toBe('{"type":"pong"}');
});
