import { expect, test } from "vitest";
import { conversationOf, unique } from "../../support/cast.ts";
import type { Device } from "../../support/device.ts";
import type { Person } from "../../support/person.ts";
import { attackFrames, attackRequests, type Attack, type Known } from "./attacks.ts";
import { faultCloud, type Item } from "./fault-cloud.ts";

const cloud = faultCloud({ presenceGraceSeconds: 0, logLevel: "debug" });

/** Planted where only those who belong may see them. */
const canary = (what: string): string => unique(`canary-${what}`);

interface Scene {
  readonly victims: readonly Person[];
  readonly devices: readonly Device[];
  readonly known: Known;
  /** Never to be seen in an answer to an attacker, in an event or in the log. */
  readonly secrets: readonly string[];
  /** Profiles, which are shown to whoever knows the user's id, and to nobody else. */
  readonly profiles: readonly string[];
}

async function send(person: Person, conversationId: string, content: string): Promise<string> {
  const path = `/api/conversations/${conversationId}/messages`;
  const sent = await person.post<{ message: { id: string } }>(path, {
    content,
    clientMessageId: canary("client-id"),
  });
  expect(sent.status).toBe(201);
  return sent.body.message.id;
}

/** Two victims who talk; one of them has a second conversation, so that there is a cursor to steal. */
async function scene(): Promise<Scene> {
  const { cast } = cloud;
  const profiles = ["alice", "bob", "dave"].map((name) => ({
    name,
    displayName: canary("name"),
    avatarUrl: `https://example.com/${canary("picture")}.png`,
  }));
  const victims = await Promise.all(
    profiles.map(({ name, displayName, avatarUrl }) => cast.user(name, { displayName, avatarUrl })),
  );
  const [alice, bob, dave] = victims as [Person, Person, Person];
  const theirs = await conversationOf(alice, bob);
  const contents = Array.from({ length: 3 }, () => canary("content"));
  for (const content of contents.slice(1)) await send(alice, theirs, content);
  await send(alice, await conversationOf(alice, dave), contents[0]!);
  const messageId = await send(bob, theirs, contents[0]!);
  const page = await alice.get<{ nextCursor: string }>("/api/conversations?limit=1");
  expect(page.body.nextCursor).toEqual(expect.any(String));

  // One after the other: only who is there already is told that the second has come.
  const first = await alice.connect();
  const devices = [first, await bob.connect()];
  for (const device of devices) await device.ask("join_conversation", { conversationId: theirs });
  await first.next((frame) => frame.type === "user_online" && frame.userId === bob.id);
  return {
    victims,
    devices,
    known: {
      conversationId: theirs,
      messageId,
      cursor: page.body.nextCursor,
      userIds: [alice.id, bob.id],
    },
    profiles: profiles.flatMap(({ displayName, avatarUrl }) => [displayName, avatarUrl]),
    secrets: [...contents, ...victims.flatMap(({ token }) => [token, token.split(".")[2]!])],
  };
}

/** Everything stored that concerns the victims, in a fixed order. */
async function stored({ victims, known }: Scene): Promise<readonly Item[]> {
  const names = [known.conversationId, ...victims.map(({ id }) => id)];
  const keyOf = (item: Item): string => JSON.stringify([item["pk"], item["sk"]]);
  return (await cloud.items())
    .filter((item) => names.some((name) => JSON.stringify(item).includes(name)))
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** What somebody is answered, one entry an attack; it has been held against what the contract says. */
async function walk(attacker: Person, { known, secrets, profiles, victims }: Scene, own: string | null) {
  const device = await attacker.connect();
  const answers: unknown[] = [];
  const check = (attack: Attack, code: string | number, text: string): void => {
    expect(attack.allowed, `${attack.name}: ${text.slice(0, 300)}`).toContain(code);
    for (const secret of attack.showsProfile === true ? secrets : [...secrets, ...profiles]) {
      expect(text, attack.name).not.toContain(secret);
    }
    // Who takes part is not told: an id may come back only where it was asked for.
    for (const { id } of victims) {
      if (!attack.sent.includes(id)) expect(text, attack.name).not.toContain(id);
    }
    expect(text, attack.name).not.toMatch(/\bat .*:\d+:\d+|node_modules|Exception/);
  };
  for (const attack of attackRequests(known, own)) {
    const { method, path, body } = attack;
    const answer = await (method === "GET" ? attacker.get(path) : attacker.post(path, body));
    check(attack, answer.status, answer.text);
    if (attack.isOwn !== true) answers.push([attack.name, answer.status, answer.text]);
  }
  for (const attack of attackFrames(known, own)) {
    const before = device.received.length;
    device.send(attack.frame);
    // One at a time: the next frame that is there is the answer to this one.
    const answer = await device.next((frame) => frame.type === "error" || frame.type === "ack", 30_000);
    check(attack, answer.type === "error" ? answer.code : answer.type, JSON.stringify(answer));
    expect(device.received.length - before, attack.name).toBe(1);
    if (attack.isOwn !== true) answers.push([attack.name, answer]);
  }
  await device.ping();
  expect(device.received.every(({ type }) => type === "error" || type === "ack" || type === "pong")).toBe(
    true,
  );
  return answers;
}

test("who does not belong learns nothing and changes nothing, by any route or action, whatever the strings", async () => {
  const { cast } = cloud;
  const all = await scene();
  const [stranger, mallory, carol] = await cast.users("stranger", "mallory", "carol");
  const own = await conversationOf(mallory!, carol!);
  await send(mallory!, own, "of one's own");
  const before = await stored(all);
  expect(before.length).toBeGreaterThan(8);
  const heard = all.devices.map(({ received }) => received.length);

  const [asStranger, asOther] = [await walk(stranger!, all, null), await walk(mallory!, all, own)];
  // Taking part elsewhere opens nothing here: the two are told the same, word for word.
  expect(asOther).toEqual(asStranger);

  expect(await stored(all)).toEqual(before);
  for (const [index, device] of all.devices.entries()) {
    await device.ping();
    const news = device.received.slice(heard[index]);
    // The first victim's own coming may have been told late.
    expect(news.filter(({ type }) => type !== "user_online").map(({ type }) => type)).toEqual(["pong"]);
  }
  const log = cloud.running.log();
  expect(log).toContain("send_message");
  const tokens = [stranger!, mallory!, carol!].map(({ token }) => token.split(".")[2]!);
  for (const secret of [...all.secrets, ...all.profiles, ...tokens, "of one's own"]) {
    expect(log.includes(secret), secret).toBe(false);
  }
});
