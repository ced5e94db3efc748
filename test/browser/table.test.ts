import { expect } from "vitest";
import { browserFile, openView, test, withCast } from "./browser-test.ts";

const file = browserFile();

test("a partition is paged forth and back, in the order of its sort key", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const { alice, conversationId } = await cast.pair();
    for (let seq = 1; seq <= 55; seq += 1) {
      await alice.post(`/api/conversations/${conversationId}/messages`, { content: `number ${seq}.` });
    }
    await openView(page, cloud);
    await page.getByLabel("pk").fill(`C#${conversationId}`);
    await page.getByRole("button", { name: "Show" }).click();
    const range = page.locator("#table-range");
    const next = page.getByRole("button", { name: "Next" });
    const previous = page.getByRole("button", { name: "Previous" });
    const texts = (): Promise<string[]> => page.locator(".item").allTextContents();

    await range.filter({ hasText: "1–50," }).waitFor();
    const first = await texts();
    expect(first).toHaveLength(50);
    expect(await previous.isDisabled()).toBe(true);
    await next.click();
    await range.filter({ hasText: "51–" }).waitFor();
    const second = await texts();
    const all = [...first, ...second];
    // The conversation's own item previews the last message.
    const messages = all
      .filter((text) => text.includes("M#"))
      .map((text) => /number (\d+)\./.exec(text)?.[1]);
    expect(messages.map(Number)).toEqual(Array.from({ length: 55 }, (_, index) => index + 1));
    expect(all.every((text) => text.startsWith(`C#${conversationId}`))).toBe(true);
    expect(await next.isDisabled()).toBe(true);
    await previous.click();
    await range.filter({ hasText: "1–50," }).waitFor();
    expect(await texts()).toEqual(first);

    await page.getByLabel("Containing").fill("number 37.");
    await page.keyboard.press("Enter");
    await range.filter({ hasText: "1 with it among" }).waitFor();
    expect(await texts()).toEqual([expect.stringContaining("number 37.")]);
  });
});

test("a partition key must be exact, and an item unfolds to all it holds", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const user = await cast.user("looked-up");
    await openView(page, cloud);
    await page.getByLabel("pk").fill("U#looked-u");
    await page.keyboard.press("Enter");
    await page.locator("#table-empty", { hasText: "No item has this partition key." }).waitFor();
    await page.getByLabel("pk").fill(`U#${user.id}`);
    await page.keyboard.press("Enter");
    const item = page.locator(".item");
    await item.locator("summary").focus();
    await page.keyboard.press("Enter");
    const shown = JSON.parse((await item.locator("pre").textContent()) ?? "") as object;
    expect(shown).toMatchObject({ pk: `U#${user.id}`, sk: "P", id: user.id });
  });
});

test("a connection leads to the partition that mentions it", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const user = await cast.user("led-to");
    await user.connect();
    await openView(page, cloud);
    await page.getByRole("button", { name: `U#${user.id} / P` }).click();
    await page.locator(".item", { hasText: `U#${user.id}` }).waitFor();
    expect(await page.getByLabel("pk").inputValue()).toBe(`U#${user.id}`);
    await expect.poll(() => page.locator(".item").count()).toBe(1);
  });
});
