import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { conversationOf } from "../support/cast.ts";
import type { Cast } from "../support/cast.ts";
import { browserFile, test, withCast } from "./browser-test.ts";
import { begin, composer, message, scrollMessagesTo, servedPage, visit } from "./chat-page.ts";

const file = browserFile({ args: servedPage() });

/** Somebody whom another has written to before they have ever opened the page. */
async function written(cast: Cast, texts: readonly string[]) {
  const [alice, bob] = await Promise.all([cast.user("alice"), cast.user("bob")]);
  const conversationId = await conversationOf(bob, alice);
  const write = async (content: string): Promise<void> => {
    const { status } = await bob.post(`/api/conversations/${conversationId}/messages`, { content });
    expect(status).toBe(201);
  };
  for (const text of texts) await write(text);
  return { alice, bob, conversationId, write };
}

/** Has messages bear other times, wherever the page asks for them over HTTP. */
async function redate(context: BrowserContext, times: Readonly<Record<string, string>>): Promise<void> {
  await context.route("**/api/conversations**", async (route) => {
    const response = await route.fetch();
    const answer: unknown = JSON.parse(await response.text(), (_key, value: unknown) => {
      const { content } = (value ?? {}) as { readonly content?: string };
      const createdAt = content === undefined ? undefined : times[content];
      return createdAt === undefined ? value : { ...(value as object), createdAt };
    });
    await route.fulfill({ response, json: answer });
  });
}

const TIMES = {
  "of another year": "2024-12-24T17:30:00.000Z",
  "of last week": "2026-03-02T08:05:00.000Z",
  // Berlin is an hour ahead: by UTC these two are of one day.
  "of yesterday": "2026-03-11T22:59:00.000Z",
  "of today": "2026-03-11T23:01:00.000Z",
};
const NOW = new Date("2026-03-12T11:00:00.000Z");

test.for([
  {
    locale: "en-US",
    days: ["December 24, 2024", "Monday, March 2", "Yesterday", "Today"],
    clock: /^12:01\sAM$/,
    exact: /^Thursday, March 12, 2026 at 12:01:00\sAM$/,
    ago: /^11\s?h(r\.)? ago$/,
  },
  {
    locale: "de-DE",
    days: ["24. Dezember 2024", "Montag, 2. März", "Gestern", "Heute"],
    clock: /^00:01$/,
    exact: /^Donnerstag, 12\. März 2026 um 00:01:00$/,
    ago: /^vor 11\s?(h|Std\.)$/,
  },
])("in $locale days and times are the reader's own", async ({ locale, days, clock, exact, ago }) => {
  await withCast(file.cloud(), async (cast) => {
    const { alice } = await written(cast, Object.keys(TIMES));
    const prepare = async (context: BrowserContext): Promise<void> => {
      await context.clock.setFixedTime(NOW);
      await redate(context, TIMES);
    };
    const options = { locale, timezoneId: "Europe/Berlin", prepare };
    const { page } = await visit(file, "alice", options, alice.id);
    const listed = page.locator(".item time");
    await expect.poll(() => listed.textContent()).toMatch(ago);
    expect(await listed.getAttribute("title")).toMatch(exact);
    await page.locator(".item").click();
    await message(page, "of today").waitFor();
    expect(await page.locator(".date-line").allTextContents()).toEqual(days);
    const time = message(page, "of today").locator("time");
    expect(await time.getAttribute("datetime")).toBe(TIMES["of today"]);
    expect(await time.textContent()).toMatch(clock);
    expect(await time.getAttribute("title")).toMatch(exact);
  });
});

test("while one scrolls the date of what is on top floats above it, and not at the end", async () => {
  await withCast(file.cloud(), async (cast) => {
    const texts = Array.from({ length: 24 }, (_, index) => `number ${index + 1}.`);
    const { alice } = await written(cast, texts);
    // Eight a day.
    const timeOf = (index: number): string =>
      new Date(Date.UTC(2026, 2, 2 + Math.floor(index / 8), 9, index)).toISOString();
    const times = Object.fromEntries(texts.map((text, index) => [text, timeOf(index)]));
    const prepare = async (context: BrowserContext): Promise<void> => {
      await context.clock.setFixedTime(NOW);
      await redate(context, times);
    };
    const { page } = await visit(file, "alice", { viewport: { width: 900, height: 420 }, prepare }, alice.id);
    await page.locator(".item").click();
    const floating = page.locator(".floating-date");
    await floating.waitFor();
    for (const [at, day] of [
      [0, "Monday 2 March"],
      // In the middle of its eight, however high a row is.
      [850, "Tuesday 3 March"],
    ] as const) {
      // Again and again: rows that come into sight are measured, which moves what is under the edge.
      const days = async (): Promise<unknown> => {
        await scrollMessagesTo(page, at);
        return [await floating.textContent(), await dayOnTop(page)];
      };
      await expect.poll(days).toEqual([day, day]);
    }
    await page.locator(".jump").click();
    await floating.waitFor({ state: "detached" });
  });
});

/** Whose message the upper edge of the list goes through, by the times that are set above. */
async function dayOnTop(page: Page): Promise<string> {
  const list = await page.locator(".message-scroller").boundingBox();
  for (const row of await page.locator(".row").all()) {
    const box = await row.boundingBox();
    if (!box || !list || box.y + box.height <= list.y) continue;
    const at = await row.locator("article time").getAttribute("datetime");
    return at?.startsWith("2026-03-02") ? "Monday 2 March" : "Tuesday 3 March";
  }
  return "nothing";
}

test("one reads on at the unread line, what was not seen stays unread, and a button counts it", async () => {
  await withCast(file.cloud(), async (cast) => {
    const known = Array.from({ length: 20 }, (_, index) => `known ${index + 1}.`);
    const { alice, conversationId, write } = await written(cast, known);
    const last = await alice.post<{ readSeq: number }>(`/api/conversations/${conversationId}/read`, {
      seq: known.length,
    });
    expect(last.status).toBe(200);
    for (let number = 1; number <= 20; number += 1) await write(`new ${number}.`);
    const { page } = await visit(file, "alice", { viewport: { width: 900, height: 420 } }, alice.id);
    await page.locator(".badge", { hasText: "20" }).waitFor();
    await page.locator(".item").click();
    const line = page.locator(".row", { has: page.locator(".unread-line") });
    await line.waitFor();
    expect(await line.locator(".text").textContent()).toBe("new 1.");
    await expect.poll(() => isInSight(page, "new 1.")).toBe(true);
    expect(await isInSight(page, "new 20.")).toBe(false);
    await page.getByRole("button", { name: "20 new" }).waitFor();
    await write("new 21.");
    await page.getByRole("button", { name: "21 new" }).waitFor();
    expect(await isInSight(page, "new 1.")).toBe(true);
    await page.locator(".badge", { hasText: "21" }).waitFor();
    await page.getByRole("button", { name: "21 new" }).click();
    await message(page, "new 21.").waitFor();
    await page.locator(".badge").waitFor({ state: "detached" });
    await page.locator(".jump").waitFor({ state: "detached" });
    // At the end one follows what comes, and the line stays where it was.
    await write("new 22.");
    await message(page, "new 22.").waitFor();
    await expect.poll(() => isInSight(page, "new 22.")).toBe(true);
  });
});

async function isInSight(page: Page, text: string): Promise<boolean> {
  const [list, row] = await Promise.all([
    page.locator(".message-scroller").boundingBox(),
    message(page, text)
      .boundingBox({ timeout: 1_000 })
      .catch(() => null),
  ]);
  return list !== null && row !== null && row.y >= list.y && row.y + row.height <= list.y + list.height + 1;
}

test("links open elsewhere and give nothing away, emoji alone are large, and what is said is ticked", async () => {
  await withCast(file.cloud(), async (cast) => {
    const bob = await cast.user("bob");
    const { page, id } = await visit(file, "alice");
    await begin(page, bob.id);
    for (const text of ["see example.com", "🇫🇷👩‍🚀3️⃣", "123"]) {
      await composer(page).fill(text);
      await composer(page).press("Enter");
      await message(page, text).getByRole("img", { name: "Sent", exact: true }).waitFor();
    }
    const link = page.getByRole("link", { name: "example.com" });
    expect(await link.getAttribute("target")).toBe("_blank");
    expect((await link.getAttribute("rel"))?.split(" ")).toEqual(
      expect.arrayContaining(["noopener", "noreferrer"]),
    );
    const heightOf = async (text: string): Promise<number> =>
      (await message(page, text).locator(".text").boundingBox())?.height ?? NaN;
    expect(await heightOf("🇫🇷👩‍🚀3️⃣")).toBeGreaterThan(1.5 * (await heightOf("123")));
    const conversationId = await conversationOf(bob, await cast.withId(id));
    const read = await bob.post(`/api/conversations/${conversationId}/read`, { seq: 2 });
    expect(read.status).toBe(200);
    await message(page, "see example.com").getByRole("img", { name: /^Read/ }).waitFor();
    expect(await page.locator(".tick").allTextContents()).toEqual(["✓✓", "✓✓", "✓"]);
  });
});
