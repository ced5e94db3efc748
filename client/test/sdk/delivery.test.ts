import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../../local/test/support/pace.ts";
import { startParley } from "../../../test/support/start-parley.ts";
import type { RunningCloud } from "../../../test/support/start-parley.ts";
import { People } from "./people.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startParley();
});
afterAll(async () => {
  await cloud?.stop();
});

test("two people chat", async () => {
  const people = new People(cloud);
  const [alice, bob] = [await people.online("alice"), await people.online("bob")];
  const toBob = await alice.direct(people.id("bob"));
  const toAlice = bob.conversation(toBob.id);
  toBob.open();
  toAlice.open();
  const told: number[] = [];
  bob.on("new_message", ({ message }) => told.push(message.seq));
  // Joined and caught up: what is there before is history, and no news.
  const isOpen = (): boolean =>
    toAlice.details.get().otherParticipant?.id === people.id("alice") && !toAlice.messages.get().loading;
  await eventually(() => isOpen() || undefined, "open");
  const sent = toBob.send({ content: "hello" });
  expect(sent.state).toBe("pending");
  await eventually(() => toBob.messages.get().items[0]?.state === "sent" || undefined, "ack");
  expect(toBob.messages.get().items[0]!.key).toBe(sent.key);
  await eventually(() => toAlice.messages.get().items.length === 1 || undefined, "message");
  await eventually(() => told.length === 1 || undefined, "event");
  expect(toBob.details.get().otherParticipant?.id).toBe(people.id("bob"));
  await eventually(() => bob.conversations.get().items[0]?.unreadCount === 1 || undefined, "unread");
  await toAlice.markRead();
  await eventually(() => toBob.messages.get().items[0]?.readAt !== null || undefined, "read");
  expect(bob.conversations.get().items[0]?.unreadCount).toBe(0);
  await people.leave();
});
