import { afterAll, describe, expect, test } from "vitest";
import { startPostgres } from "../../../bench/peers/postgres.ts";
import { startSocketIoTalk } from "../../../bench/peers/socketio-talk.ts";
import { openDevice, seedSocketIo, startSocketIo, withPostgres } from "../../../bench/peers/socketio.ts";
import { Started } from "../../../bench/peers/started.ts";

const start = await startPostgres();
const postgres = start.type === "started" ? start.postgres : null;
const why = start.type === "unavailable" ? ` (skipped: ${start.message})` : "";
const started = new Started();

const SETTINGS = "SELECT current_setting('fsync') fsync, current_setting('synchronous_commit') commit";

afterAll(async () => {
  await started.stop();
  await postgres?.stop();
});

describe.skipIf(postgres === null)(`Socket.IO with PostgreSQL${why}`, () => {
  const folder = postgres?.folder ?? "";

  test("a send stores, moves conversation and both inbox rows, tells three devices and acks", async () => {
    await seedSocketIo(folder, new Map([["c", ["ana", "ben"]]]));
    const { url } = await started.add(startSocketIo(folder));
    const told: string[] = [];
    const open = (userId: string, name: string) =>
      started.add(openDevice(url, userId, (content) => told.push(`${name}: ${content}`)));
    const sender = await open("ana", "a1");
    await Promise.all([open("ana", "a2"), open("ben", "b1"), open("ben", "b2")]);
    const { message } = await sender.send("c", "Hello");
    expect(message).toMatchObject({ senderId: "ana", content: "Hello" });
    await expect.poll(() => [...told].sort()).toEqual(["a2: Hello", "b1: Hello", "b2: Hello"]);

    const rows = await withPostgres(folder, async (pool) => ({
      messages: (await pool.query("SELECT id, content FROM messages")).rows as unknown[],
      conversations: (await pool.query("SELECT last_message FROM conversations")).rows as unknown[],
      inboxes: (
        await pool.query(
          `SELECT user_id, unread, p.last_message_at = m.created_at AS moved
           FROM participants p JOIN messages m USING (conversation_id) ORDER BY user_id`,
        )
      ).rows as unknown[],
      settings: (await pool.query(SETTINGS)).rows as unknown[],
    }));
    expect(rows).toEqual({
      messages: [{ id: message?.id, content: "Hello" }],
      conversations: [{ last_message: "Hello" }],
      inboxes: [
        { user_id: "ana", unread: 0, moved: true },
        { user_id: "ben", unread: 1, moved: true },
      ],
      settings: [{ fsync: "on", commit: "on" }],
    });
  });

  test("who does not belong is refused, and nobody is told", async () => {
    const { url } = await started.add(startSocketIo(folder));
    const stranger = await started.add(openDevice(url, "eve", () => undefined));
    expect(await stranger.send("c", "Hello")).toEqual({ error: "FORBIDDEN" });
  });

  test("behind a slow way each of a send's two queries takes its time, and each push is counted", async () => {
    const talk = await startSocketIoTalk(folder, started);
    const { acked, pushes, ackMs, firstPushMs } = await talk.show(6, 20);
    expect({ acked, pushes }).toEqual({ acked: 1, pushes: 3 });
    // A timer of Node may fire up to a millisecond early by the clock that measures it.
    expect(Math.min(ackMs, firstPushMs)).toBeGreaterThanOrEqual(2 * 19);
  });
});
