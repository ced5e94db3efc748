import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { conversationOf } from "../support/cast.ts";
import { browserFile, test, withCast } from "./browser-test.ts";
import { message, servedPage, visit } from "./chat-page.ts";

const file = browserFile({ args: servedPage() });

/** Shows nothing on a screen that nobody sees, but keeps what would be shown; the tabs hide at a word. */
const STANDINS = `
  globalThis.notified = [];
  globalThis.asked = 0;
  globalThis.Notification = class {
    static get permission() {
      return localStorage.getItem("permission") ?? "default";
    }
    static async requestPermission() {
      globalThis.asked += 1;
      localStorage.setItem("permission", "granted");
      return "granted";
    }
    constructor(title, options) {
      this.title = title;
      this.body = options.body;
      globalThis.notified.push(this);
    }
    close() {
      this.isClosed = true;
    }
  };
  let visibility = "visible";
  Object.defineProperty(document, "visibilityState", { get: () => visibility });
  globalThis.turn = (next) => {
    visibility = next;
    document.dispatchEvent(new Event("visibilitychange"));
  };`;

const prepare = (context: BrowserContext): Promise<unknown> => context.addInitScript(STANDINS);

const shownIn = (page: Page): Promise<unknown> =>
  page.evaluate("notified.map(({ title, body }) => title + ': ' + body)");

/** The tab no longer claims to be seen. */
async function hide(page: Page, userId: string, tabsLeft: number): Promise<void> {
  await page.evaluate("turn('hidden')");
  const held = (): Promise<unknown> =>
    page.evaluate(`navigator.locks.query().then(({ held }) =>
      held.filter(({ name }) => name === "parley-seen/${userId}").length)`);
  await expect.poll(held).toBe(tabsLeft);
}

test("who asked for notifications gets one of each message that no tab of theirs shows", async () => {
  await withCast(file.cloud(), async (cast) => {
    const bob = await cast.user("bob");
    const alice = await visit(file, "alice", { prepare });
    const conversationId = await conversationOf(bob, await cast.withId(alice.id));
    const write = async (content: string): Promise<void> => {
      const { status } = await bob.post(`/api/conversations/${conversationId}/messages`, { content });
      expect(status).toBe(201);
    };
    const preview = (page: Page, text: string) => page.locator(".item-preview", { hasText: text });
    const iconOf = (): Promise<string | null> => alice.page.locator("link[rel=icon]").getAttribute("href");

    expect(await iconOf()).toBe("./icon.svg");
    await alice.page.evaluate("turn('hidden')");
    await write("before anything was asked");
    await preview(alice.page, "before anything").waitFor();
    await expect.poll(iconOf).toBe("./icon-unread.svg");
    expect(await alice.page.title()).toBe("(1) Parley");
    expect(await alice.page.evaluate("asked")).toBe(0);

    await alice.page.evaluate("turn('visible')");
    await alice.page.getByRole("button", { name: "Notify me of new messages" }).click();
    const isOn = (page: Page) =>
      page.getByRole("button", { name: "Notifications are on", pressed: true }).waitFor();
    await isOn(alice.page);
    // The first tab is the one that tells: it was there before the second.
    const second = await alice.tab();
    await isOn(second);
    expect(await alice.page.evaluate("asked")).toBe(1);

    // One of two tabs is seen.
    await hide(alice.page, alice.id, 1);
    await write("while a tab is seen");
    for (const page of [alice.page, second]) await preview(page, "while a tab").waitFor();

    await hide(second, alice.id, 0);
    await write("while none is seen");
    const shown = async (): Promise<unknown> => [await shownIn(alice.page), await shownIn(second)];
    for (const page of [alice.page, second]) await preview(page, "while none").waitFor();
    await expect.poll(shown).toEqual([[`${bob.id}: while none is seen`], []]);

    await alice.page.evaluate("notified[0].onclick()");
    await message(alice.page, "while none is seen").waitFor();
    expect(await alice.page.evaluate("notified[0].isClosed")).toBe(true);

    // Also of the conversation that is open, whose messages come by another event.
    await write("in the open conversation");
    await expect
      .poll(shown)
      .toEqual([[`${bob.id}: while none is seen`, `${bob.id}: in the open conversation`], []]);

    // The tab that tells goes: the other takes over.
    await alice.page.close();
    await write("after the first tab");
    await expect.poll(() => shownIn(second)).toEqual([`${bob.id}: after the first tab`]);

    await second.evaluate("turn('visible')");
    expect(await second.evaluate("notified[0].isClosed")).toBe(true);
    await second.getByRole("button", { name: "Notifications are on" }).click();
    await hide(second, alice.id, 0);
    await write("when they are off again");
    await preview(second, "when they are off").waitFor();
    expect(await shownIn(second)).toEqual([`${bob.id}: after the first tab`]);
  });
});

test("what the browser's user has forbidden is told of and not asked for again", async () => {
  const blocked = `localStorage.setItem("permission", "denied"); ${STANDINS}`;
  const { page } = await visit(file, "alice", { prepare: (context) => context.addInitScript(blocked) });
  const button = page.getByRole("button", { name: "Notifications are blocked" });
  expect(await button.isDisabled()).toBe(true);
});
