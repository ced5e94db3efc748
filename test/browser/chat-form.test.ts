import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { browserFile, test } from "./browser-test.ts";
import { begin, meet, servedPage, visit } from "./chat-page.ts";

const site = servedPage();
const file = browserFile({ args: site });

test("a chat needs no mouse", async () => {
  const [alice, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  const { keyboard } = alice.page;
  await keyboard.press("?");
  await alice.page.getByRole("dialog").waitFor();
  await keyboard.press("Enter");
  await alice.page.getByRole("dialog").waitFor({ state: "detached" });
  await keyboard.press("n");
  await keyboard.type(bob.id);
  await keyboard.press("Enter");
  await alice.page.getByRole("heading", { name: bob.id, level: 2 }).waitFor();
  await keyboard.type("first line");
  await keyboard.press("Shift+Enter");
  await keyboard.type("second line");
  await keyboard.press("Enter");
  const text = alice.page.locator(".message .text");
  await expect.poll(() => text.allTextContents()).toEqual(["first line\nsecond line"]);
  await keyboard.press("Escape");
  expect(await alice.page.evaluate("document.activeElement.className")).toBe("item");
});

test("an Enter that ends a word of an input method sends nothing", async () => {
  const [alice, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  await begin(alice.page, bob.id);
  const composer = alice.page.getByLabel("Message to");
  await composer.fill("日本");
  await composer.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  expect(await composer.inputValue()).toBe("日本");
  await composer.press("Enter");
  await expect.poll(() => composer.inputValue()).toBe("");
});

test("older messages load without a jump, and new ones do not pull a reader away", async () => {
  const [known, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  await meet(known, bob);
  for (let number = 1; number <= 70; number += 1) {
    await bob.page.getByLabel("Message to").fill(`number ${number}.`);
    await bob.page.keyboard.press("Enter");
  }
  await known.page.locator(".message", { hasText: "number 70." }).waitFor();
  // In a browser that has kept nothing: there the newest fifty come first.
  const alice = await visit(file, "alice", {}, known.id);
  const older = await holdOlderMessages(alice.page);
  await alice.page.locator(".item").first().click();
  await alice.page.locator(".message", { hasText: "number 70." }).waitFor();
  const message = (number: number) => alice.page.locator(".message", { hasText: `number ${number}.` });
  const scrollUpTo = (number: number): Promise<void> =>
    expect
      .poll(async () => {
        await scrollBy(alice.page, -600);
        return message(number).count();
      })
      .toBe(1);
  await scrollUpTo(21);
  await older.asked;
  // Not the very first, which loses the line of its day to another.
  const top = async (): Promise<number> => (await message(23).boundingBox())?.y ?? NaN;
  const before = await top();
  older.release();
  await message(20).waitFor({ state: "attached" });
  // What was looked at stays where it was, but for the pixel that a height is rounded by.
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
  await scrollUpTo(1);
  await alice.page.getByRole("button", { name: "Latest" }).waitFor();
  const scrollTop = (): Promise<unknown> =>
    alice.page.evaluate("document.querySelector('.message-scroller').scrollTop");
  const reading = await scrollTop();
  await bob.page.getByLabel("Message to").fill("number 71.");
  await bob.page.keyboard.press("Enter");
  await alice.page.getByRole("button", { name: "1 new" }).waitFor();
  expect(await scrollTop()).toBe(reading);
  await alice.page.getByRole("button", { name: "1 new" }).click();
  await message(71).waitFor();
});

/** At once: a wheel's scrolling would go on for a while, and what is measured meanwhile means nothing. */
async function scrollBy(page: Page, pixels: number): Promise<void> {
  await page.evaluate(`document.querySelector(".message-scroller").scrollTop += ${pixels}`);
  await framesShown(page);
}

/** Rows that came into sight have been measured, and the list has made up for their heights. */
async function framesShown(page: Page): Promise<void> {
  await page.evaluate(
    "new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(shown))))",
  );
}

/** Requests for older messages wait until they are released. */
async function holdOlderMessages(page: Page): Promise<{ readonly asked: Promise<void>; release(): void }> {
  let ask: () => void = () => undefined;
  let release: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/messages\?.*before=/, async (route) => {
    ask();
    await released;
    await route.continue();
  });
  return { asked, release: () => release() };
}

test("what people write is text, and nothing is wider than a screen of 320 pixels", async () => {
  const viewport = { width: 320, height: 640 };
  const [alice, bob] = await Promise.all([visit(file, "alice", { viewport }), visit(file, "bob")]);
  await meet(alice, bob);
  const hostile = `<img src=x onerror="alert(1)"> javascript:alert(2) ${"x".repeat(300)}`;
  await bob.page.getByLabel("Message to").fill(hostile);
  await bob.page.keyboard.press("Enter");
  const text = alice.page.locator(".message .text");
  await expect.poll(() => text.allTextContents()).toEqual([hostile]);
  expect(await text.locator("img, a").count()).toBe(0);
  const width = (): Promise<unknown> => alice.page.evaluate("document.documentElement.scrollWidth");
  expect(await width()).toBe(320);
  await alice.page.getByRole("button", { name: "Back to the list" }).click();
  await alice.page.locator(".item").waitFor();
  expect(await width()).toBe(320);
});

/** Loaded when somebody looks for them. */
const ASKED_FOR = /^emoji-dialog-|\.json$/;
/** Loaded where an issuer signs people in. */
const ISSUER = /^issuer-session-/;

test("the first load is at most 120 KB, and an issuer's sign-in 18 KB more", () => {
  const folder = join(String(site[1]), "assets");
  const names = readdirSync(folder);
  expect(names.filter((name) => ASKED_FOR.test(name))).toHaveLength(2);
  const size = (chosen: readonly string[]): number =>
    chosen.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
  expect(size(names.filter((name) => !ASKED_FOR.test(name) && !ISSUER.test(name)))).toBeLessThan(120 * 1024);
  expect(size(names.filter((name) => ISSUER.test(name)))).toBeLessThan(18 * 1024);
});
