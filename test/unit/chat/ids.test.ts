import { describe, expect, it } from "vitest";
import {
  couldBeConversationId,
  messageId,
  newConversationId,
  seqOfMessageId,
  isUserId,
} from "../../../lambdas/chat/model/ids.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";

const ID = "0123456789abcdefghijKL";

describe("conversation ids", () => {
  it("are 22 letters and digits, and no two alike", () => {
    const random = seededRandom(7);
    const bytes = (count: number) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
    const ids = Array.from({ length: 500 }, () => newConversationId(bytes));
    expect(new Set(ids).size).toBe(500);
    for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{22}$/);
    expect(ids.every(couldBeConversationId)).toBe(true);
  });

  it("prefer no letter: bytes that would are drawn again", () => {
    let calls = 0;
    const id = newConversationId((count) => new Uint8Array(count).fill((calls += 1) === 1 ? 255 : 61));
    expect([id, calls]).toEqual(["z".repeat(22), 2]);
  });

  it.each(["", ID.slice(1), `${ID}x`, `${ID.slice(1)}-`, `${ID.slice(1)}#`, `${ID}\n`, "é".repeat(22)])(
    "%j is none",
    (text) => {
      expect(couldBeConversationId(text)).toBe(false);
    },
  );
});

describe("message ids", () => {
  it.each([1, 42, Number.MAX_SAFE_INTEGER])("name their seq %i", (seq) => {
    expect(seqOfMessageId(messageId(ID, seq), ID)).toBe(seq);
    expect(messageId(ID, seq)).toMatch(/^[\w-]+$/);
  });

  it.each([
    `${ID}-0`,
    `${ID}-01`,
    `${ID}-`,
    `${ID}--1`,
    `${ID}-1.5`,
    `${ID}-9007199254740992`,
    `${ID}-1 `,
    ID,
    "",
  ])("%j is none", (text) => {
    expect(seqOfMessageId(text, ID)).toBeNull();
  });

  it("of another conversation mean nothing here", () => {
    expect(seqOfMessageId(messageId(ID, 1), ID.toLowerCase())).toBeNull();
  });
});

describe("user ids", () => {
  it.each(["a", "a#b%", "😀".repeat(255), "x".repeat(255), " "])("%# can be stored", (id) => {
    expect(isUserId(id)).toBe(true);
  });
  it.each(["", "x".repeat(256), "😀".repeat(256), "\ud83d", 1, null, undefined, {}])("%# cannot", (id) => {
    expect(isUserId(id)).toBe(false);
  });
});
