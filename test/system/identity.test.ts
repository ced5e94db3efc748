import { describe, expect } from "vitest";
import { unhurried } from "../../local/test/support/pace.ts";
import type { User } from "../../lambdas/protocol/objects.ts";
import { Device } from "../support/device.ts";
import type { Person, Profile } from "../support/person.ts";
import { test } from "./chat-test.ts";

async function profileOf(asker: Person, { id }: Person): Promise<User> {
  return (await asker.get<User>(`/api/users?userId=${encodeURIComponent(id)}`)).body;
}

describe("a WebSocket token", () => {
  test("goes in the Authorization header", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    expect(device.subprotocol).toBe("");
    expect(await device.ask("join_conversation", { conversationId })).toMatchObject({ conversationId });
  });

  test("or as the second subprotocol, of which the first is selected", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect({ subprotocols: ["chat.v1", alice.token] });
    expect(device.subprotocol).toBe("chat.v1");
    expect(await device.ask("join_conversation", { conversationId })).toMatchObject({ conversationId });
  });

  test("never in the query string, and never absent", async ({ cast }) => {
    const alice = await cast.user("alice");
    const { wsUrl } = cast.cloud;
    for (const name of ["token", "access_token", "Authorization", "authorization", "jwt"]) {
      const url = `${wsUrl}?${name}=${encodeURIComponent(alice.token)}`;
      expect(await Device.attempt(url, {})).toMatchObject({ type: "refused", status: 401 });
    }
    for (const options of [
      {},
      { subprotocols: ["chat.v1"] },
      { headers: { authorization: alice.token } },
      { headers: { authorization: `Basic ${alice.token}` } },
      { headers: { authorization: "Bearer " } },
    ]) {
      expect(await Device.attempt(wsUrl, options)).toMatchObject({ type: "refused", status: 401 });
    }
  });
});

describe("a profile", () => {
  test("follows the claims at each authentication, on both APIs; absent claims change nothing", async ({
    cast,
  }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const plain = { id: bob.id, name: bob.id, displayName: bob.id, avatarUrl: null };
    expect(await profileOf(alice, bob)).toMatchObject(plain);

    const named = await bob.again({ displayName: "Bob", avatarUrl: "https://example.com/1.png" });
    await named.get("/api/conversations");
    const first = { ...plain, displayName: "Bob", avatarUrl: "https://example.com/1.png" };
    expect(await profileOf(alice, bob)).toMatchObject(first);

    // A token without these claims, as an access token is.
    await bob.get("/api/conversations");
    const device = await bob.connect();
    expect(await profileOf(alice, bob)).toMatchObject(first);

    const renamed = await bob.again({ displayName: "Robert 🤖" });
    const other = await renamed.connect();
    const second = { ...first, displayName: "Robert 🤖" };
    expect(await profileOf(alice, bob)).toMatchObject(second);
    const { message } = await device.ask("send_message", { conversationId, content: "it is me" });
    expect(message.sender).toEqual(second);
    await other.close();
  });
});

describe("the texts of a profile", () => {
  const shownOf = async (asker: Person, profile: Profile): Promise<User> => {
    const named = await asker.again(profile);
    await named.get("/api/conversations");
    return profileOf(asker, named);
  };

  test("are trimmed, freed of what misleads, and cut", async ({ cast }) => {
    const alice = await cast.user("alice");
    const shown = (displayName: string) => shownOf(alice, { displayName });
    expect(await shown(" \u202eAl\u0000i\u2066ce\u200b ")).toMatchObject({ displayName: "Alice" });
    expect(await shown("😀".repeat(129))).toMatchObject({ displayName: "😀".repeat(128) });
    expect(await shown("👩‍🚀")).toMatchObject({ displayName: "👩‍🚀" });
    expect(await shown(" \u202e ")).toMatchObject({ id: alice.id, name: alice.id, displayName: alice.id });
  });

  test("hold a picture of https, locally also of http, or none", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const avatarUrl of ["https://example.com/1.png", "http://localhost:3000/1.png"]) {
      expect(await shownOf(alice, { avatarUrl })).toMatchObject({ avatarUrl });
      const tooLong = `https://example.com/${"a".repeat(2_048)}`;
      for (const bad of ["javascript:alert(1)", "data:image/png;base64,AA==", "a.png", tooLong]) {
        expect(await shownOf(alice, { avatarUrl })).toMatchObject({ avatarUrl });
        expect(await shownOf(alice, { avatarUrl: bad })).toMatchObject({ avatarUrl: null });
      }
    }
  });
});

describe("an expired token", () => {
  /** Long enough to connect. */
  const LIFETIME_SECONDS = unhurried(4, 20);

  async function withExpiredSocket(person: Person) {
    const shortLived = await person.again({ expiresInSeconds: LIFETIME_SECONDS });
    const device = await shortLived.connect();
    const payload = shortLived.token.split(".")[1]!;
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
    await new Promise((resolve) => setTimeout(resolve, exp * 1_000 - Date.now() + 20));
    return { device, shortLived };
  }

  test("ends what a live socket may do, but for ping", async ({ cast }) => {
    const { bob, alice, conversationId } = await cast.pair();
    const { device, shortLived } = await withExpiredSocket(bob);
    await device.ping();
    expect(device.isOpen).toBe(true);
    device.send({ action: "send_message", id: "late", conversationId, content: "too late" });
    expect(await device.next("error")).toMatchObject({ code: "UNAUTHORIZED", id: "late" });
    await device.closed;

    const { status } = await shortLived.get("/api/conversations");
    expect(status).toBe(401);
    const again = await Device.attempt(cast.cloud.wsUrl, {
      headers: { authorization: `Bearer ${shortLived.token}` },
    });
    expect(again).toMatchObject({ type: "refused", status: 401 });
    const reader = await alice.connect();
    expect((await reader.ask("sync", { conversationId, afterSeq: 0 })).messages).toEqual([]);
  });

  test("closes its socket when a push meets it, and delivers nothing", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [sender, fresh] = await Promise.all([alice.connect(), bob.connect()]);
    const { device } = await withExpiredSocket(bob);
    await sender.ask("send_message", { conversationId, content: "not for the expired" });
    await fresh.next("conversation_updated");
    await device.closed;
    // Alice's coming may have reached it while its token was good.
    expect(device.received.filter(({ type }) => type !== "user_online")).toEqual([]);
    expect(fresh.isOpen).toBe(true);
  });
});

describe("the eleventh connection", () => {
  test("closes the oldest, and only that", async ({ cast }) => {
    const alice = await cast.user("alice");
    const devices: Device[] = [];
    for (let count = 0; count < 10; count += 1) devices.push(await alice.connect());
    for (const device of devices) await device.ping();
    devices.push(await alice.connect());
    await devices[0]!.closed;
    for (const device of devices.slice(1)) await device.ping();
    devices.push(await alice.connect());
    await devices[1]!.closed;
    for (const device of devices.slice(2)) await device.ping();
  });

  test("counts none that has gone", async ({ cast }) => {
    const { alice, bob } = await cast.pair();
    const watcher = await bob.connect();
    const connectTen = () => Promise.all(Array.from({ length: 10 }, () => alice.connect()));
    for (const device of await connectTen()) await device.close();
    // The last of them is off the record only then.
    await watcher.next("user_offline");
    const devices = await connectTen();
    for (const device of devices) await device.ping();
    expect(devices.every((device) => device.isOpen)).toBe(true);
  });
});
