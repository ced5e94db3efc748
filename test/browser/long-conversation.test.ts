import type { CDPSession, Page } from "playwright-core";
import { expect } from "vitest";
import { seedHistory } from "../support/seed-history.ts";
import { browserFile, test, withCast } from "./browser-test.ts";
import { servedPage, visit } from "./chat-page.ts";

const file = browserFile({ args: servedPage() });

const MESSAGES = 10_000;
/** Rows that are seen and a few beyond, with the rest of the page: most of it is not there. */
const MOST_NODES = 400;
/** Further than a page of messages is high: each step asks for an older one. */
const STEP_PX = 3_000;
/** What a message may take in the browser's heap: itself, what is shown of it, its place and height in the list. */
const MOST_BYTES = 2_000;

interface Look {
  /** Of a row that is seen. */
  readonly text: string;
  /** How far that row strayed while older messages came above it, in pixels. */
  readonly strayed: number;
  readonly nodes: number;
  readonly isAtBeginning: boolean;
}

/** Scrolls up, waits until what that asked for is there, and tells what became of a row that was seen. */
const scrollUp = (page: Page): Promise<Look> =>
  page.evaluate(`(async () => {
    const scroller = document.querySelector(".message-scroller");
    const shown = () => new Promise((done) =>
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    const rows = () => [...scroller.querySelectorAll(".message")];
    const textOf = (row) => row.querySelector(".text").textContent;
    const topOf = (row) => row?.getBoundingClientRect().top ?? NaN;
    const middle = topOf(scroller) + scroller.clientHeight / 2;
    scroller.scrollTop -= ${STEP_PX};
    await shown();
    const row = rows().find((one) => topOf(one) > middle);
    const [text, before] = [textOf(row), topOf(row)];
    do await shown(); while (document.querySelector(".loading"));
    const after = topOf(rows().find((one) => textOf(one) === text));
    return {
      text,
      strayed: Math.abs(after - before),
      nodes: document.querySelectorAll("*").length,
      isAtBeginning: rows().some((one) => textOf(one).endsWith("Number 1.")),
    };
  })()`);

test("ten thousand messages scroll, with as little in the page as fifty, and nothing that is seen moves", async () => {
  const aliceId = await withCast(file.cloud(), async (cast) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [every, now] = [7 * 60_000, Date.now()];
    await seedHistory(file.cloud(), {
      conversationId,
      userIds: [alice.id, bob.id],
      readSeqs: [MESSAGES, MESSAGES],
      messages: Array.from({ length: MESSAGES }, (_, index) => ({
        senderId: index % 3 === 0 ? alice.id : bob.id,
        content: `${"Words that fill a line or more. ".repeat(index % 5)}Number ${index + 1}.`,
        createdAt: now - (MESSAGES - index) * every,
      })),
    });
    return alice.id;
  });
  const { page, context } = await visit(file, "alice", {}, aliceId);
  await page.locator(".item").click();
  await page.locator(".message", { hasText: `Number ${MESSAGES}.` }).waitFor();
  const devtools = await context.newCDPSession(page);
  const before = await heapOf(devtools);
  await page.evaluate(`
    globalThis.gaps = [];
    let last = performance.now();
    const frame = (now) => { gaps.push(now - last); last = now; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);`);
  const looks: Look[] = [];
  // Each step reaches an older page of fifty, or goes through the one it has.
  for (let steps = 0; steps < MESSAGES / 10 && !looks.at(-1)?.isAtBeginning; steps += 1) {
    looks.push(await scrollUp(page));
  }
  const gaps = await page.evaluate<number[]>("gaps.sort((a, b) => a - b)");
  const grown = (await heapOf(devtools)) - before;
  const at = (share: number): number => Math.round(gaps[Math.floor(share * (gaps.length - 1))] ?? NaN);
  console.log(
    `${looks.length} steps, ${gaps.length} frames; between two of them ${at(0.5)} ms in the middle, ` +
      `${at(0.95)} ms of 95 %, ${at(1)} ms at most; the heap grew by ${Math.round(grown / MESSAGES)} bytes a message`,
  );
  expect(looks.at(-1)?.isAtBeginning).toBe(true);
  expect(Math.max(...looks.map(({ nodes }) => nodes))).toBeLessThan(MOST_NODES);
  expect(looks.filter(({ strayed }) => !(strayed <= 1))).toEqual([]);
  expect(grown).toBeLessThan(MESSAGES * MOST_BYTES);
});

async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  return (await devtools.send("Runtime.getHeapUsage")).usedSize;
}
