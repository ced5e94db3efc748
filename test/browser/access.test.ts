import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { MAX_CONTENT_CODE_POINTS } from "../../lambdas/protocol/limits.ts";
import { browserFile, test, type BrowserFile } from "./browser-test.ts";
import { begin, draw, meet, say, servedPage, visit, type Visitor } from "./chat-page.ts";
import { makeGroup } from "./group-page.ts";

const file = browserFile({ args: servedPage() });

/** What axe finds, whatever it calls its weight. */
async function flaws(page: Page): Promise<unknown> {
  // Evaluated by the browser's tools: the page's policy forbids scripts but its own.
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))`);
}

const LONG_WORD = "x".repeat(400);
const MIXED = "שלום Bob, קבענו ל-10:30? https://example.com/a";

/** Two who have written each other what is hard to show. */
async function chat(options: BrowserContextOptions = {}): Promise<readonly [Visitor, Visitor]> {
  const long = `أ${"N".repeat(90)}`;
  const [alice, bob] = await Promise.all([visit(file, "alice", options), visit(file, long)]);
  await meet(alice, bob);
  for (const text of ["Hello", LONG_WORD, MIXED, "🎉"]) {
    await bob.page.getByLabel("Message to").fill(text);
    await bob.page.keyboard.press("Enter");
    await alice.page.locator(".message", { hasText: text }).waitFor();
  }
  await alice.page.getByLabel("Message to").fill("Mine");
  await alice.page.keyboard.press("Enter");
  await alice.page.getByRole("img", { name: /^(Sent|Read)/ }).waitFor();
  return [alice, bob];
}

/** What stands out of the window, to either side, of what can be seen. */
const outside = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll("#root *")]
    .filter((one) => one.checkVisibility() && !one.closest(".unseen"))
    .map((one) => [one.className || one.tagName, one.getBoundingClientRect()])
    .filter(([, { left, right, width }]) => width > 0 && (left < -0.5 || right > innerWidth + 0.5))
    .map(([name]) => name)`);

/** The composer's field and button can be pressed: nothing lies above them, and they are in the window. */
const isReachable = (page: Page, selector: string): Promise<unknown> =>
  page.evaluate(`(() => {
    const one = document.querySelector(${JSON.stringify(selector)});
    const { left, top, width, height } = one.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return top >= 0 && top + height <= innerHeight + 0.5 && (hit === one || one.contains(hit));
  })()`);

const LOOKS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 780 } },
} as const satisfies Record<string, BrowserContextOptions>;

test.for(Object.keys(LOOKS) as (keyof typeof LOOKS)[])("axe finds nothing in any state: %s", async (look) => {
  const [alice] = await chat(LOOKS[look]);
  const { page } = alice;
  const found: [string, unknown][] = [];
  const state = async (name: string): Promise<void> => {
    found.push([name, await flaws(page)]);
    await draw(page, `${look}-${name}`);
  };
  await state("conversation");
  const mine = page.locator(".message", { hasText: "Mine" });
  await mine.hover();
  await mine.getByRole("button", { name: /^What to do with/ }).click();
  await mine.getByRole("button", { name: "React with 👍" }).click();
  await mine.getByRole("button", { name: "👍 1" }).waitFor();
  await mine.getByRole("button", { name: /^What to do with/ }).click();
  await mine.getByRole("button", { name: "Reply" }).waitFor();
  await state("actions");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Details" }).click();
  await page.getByRole("button", { name: "Block" }).click();
  await page.getByRole("button", { name: "Block", pressed: true }).waitFor();
  await page.getByRole("button", { name: "Block" }).click();
  await page.getByRole("button", { name: "Block", pressed: false }).waitFor();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await state("details");
  await page.getByRole("button", { name: "Close" }).click();
  if (look === "phone") await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByRole("button", { name: "Archived" }).click();
  const archived = page.getByRole("dialog", { name: "Archived" });
  await archived.getByRole("button", { name: /^Open/ }).waitFor();
  await state("archived");
  await archived.getByRole("button", { name: /^Open/ }).click();
  await page.getByLabel("Message to").fill("too long ".repeat(MAX_CONTENT_CODE_POINTS / 9 + 1));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Discard" }).waitFor();
  await state("refused");
  await alice.context.setOffline(true);
  await cutSocketsOf(file, alice.id);
  await page.locator(".banner").waitFor();
  await state("offline");
  if (look === "phone") await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByLabel("Begin a chat with").fill("nobody-there");
  await page.keyboard.press("Enter");
  await page.locator("#begin-problem").waitFor();
  await state("problem");
  await page.getByRole("button", { name: "Shortcuts" }).click();
  await page.getByRole("dialog").waitFor();
  await state("dialog");
  await alice.context.setOffline(false);
  await page.goto(file.cloud().httpUrl);
  await page.getByLabel("Your name").waitFor();
  await state("sign-in");
  expect(found.filter(([, flaw]) => (flaw as []).length > 0)).toEqual([]);
});

test.for(Object.keys(LOOKS) as (keyof typeof LOOKS)[])("axe finds nothing in a group: %s", async (look) => {
  const [alice, bob] = [await visit(file, "alice", LOOKS[look]), await visit(file, "bob")];
  const { page } = alice;
  await makeGroup(bob, "Hikers", [alice]);
  await page.locator(".item").click();
  await say(bob.page, `come along, @${alice.id} `);
  await page.getByRole("article", { name: /, mentions you$/ }).waitFor();
  await page.getByLabel("Message to").pressSequentially("@b");
  await page.getByRole("option").waitFor();
  const completing = await flaws(page);
  await draw(page, `${look}-mention`);
  expect(completing).toEqual([]);
});

const WINDOWS = {
  "320 pixels wide": { viewport: { width: 320, height: 640 } },
  "zoomed to 200 %": { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2 },
  "zoomed to 400 %": { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
  "a phone on its side": { viewport: { width: 844, height: 390 } },
} as const satisfies Record<string, BrowserContextOptions>;

test.for(Object.keys(WINDOWS) as (keyof typeof WINDOWS)[])(
  "all fits and can be reached: %s",
  async (name) => {
    const [{ page }] = await chat(WINDOWS[name]);
    await draw(page, name.replaceAll(/\W+/g, "-"));
    expect(await outside(page)).toEqual([]);
    for (const selector of [".composer textarea", ".composer button"]) {
      await page.getByLabel("Message to").fill("several\nlines\nof a\ndraft\nthat\ngrows\nand\ngrows");
      expect(await isReachable(page, selector)).toBe(true);
    }
    // Something is left to read the messages in.
    expect(await page.evaluate("document.querySelector('.messages').clientHeight")).toBeGreaterThan(60);
    await draw(page, `${name.replaceAll(/\W+/g, "-")}-draft`);
    const back = page.getByRole("button", { name: "Back to the list" });
    if (await back.isVisible()) await back.click();
    await page.locator(".item").first().waitFor();
    await draw(page, `${name.replaceAll(/\W+/g, "-")}-list`);
    expect(await outside(page)).toEqual([]);
  },
);

test("letters twice as large break nothing, at a desk and on a phone", async () => {
  const [{ page }] = await chat();
  for (const viewport of [
    { width: 1100, height: 760 },
    { width: 390, height: 780 },
  ]) {
    await page.setViewportSize(viewport);
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    await draw(page, `letters-${viewport.width}`);
    expect(await outside(page)).toEqual([]);
    expect(await isReachable(page, ".composer textarea")).toBe(true);
    // The list grows with its letters, as far as it leaves room.
    if (viewport.width > 640) {
      expect(await page.evaluate("document.querySelector('.conversations').offsetWidth")).toBe(440);
    }
    expect(
      await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.text')).fontSize)"),
    ).toBe(32);
  }
});

test("text stands in its own direction, and the whole page turns with the document's", async () => {
  const [{ page }] = await chat();
  const direction = (selector: string): Promise<unknown> =>
    page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).direction`);
  const directions = `[...document.querySelectorAll(".message .text")].map((one) => getComputedStyle(one).direction)`;
  expect(await page.evaluate(directions)).toEqual(["ltr", "ltr", "rtl", "ltr", "ltr"]);
  expect(await direction(".conversation-header h2")).toBe("rtl");
  expect(await direction(".item-name")).toBe("rtl");
  const composer = page.getByLabel("Message to");
  await composer.fill("שלום");
  expect(await direction(".composer textarea")).toBe("rtl");
  await composer.fill("Hello");
  expect(await direction(".composer textarea")).toBe("ltr");
  const sideOf = (selector: string): Promise<unknown> =>
    page.evaluate(`(() => {
      const { left, right } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return left + right < innerWidth ? "left" : "right";
    })()`);
  expect(await sideOf(".conversations")).toBe("left");
  expect(await sideOf(".message[data-own=true] .bubble")).toBe("right");
  const style = (selector: string, property: string): Promise<unknown> =>
    page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
  // Beside the picture, though it is written from the right.
  expect(await style(".conversation-header h2", "textAlign")).toBe("left");
  await page.evaluate("document.documentElement.dir = 'rtl'");
  expect(await style(".conversation-header h2", "textAlign")).toBe("right");
  expect(await style(".item[aria-current]", "borderRightWidth")).toBe("3px");
  expect(await sideOf(".conversations")).toBe("right");
  const middle = (selector: string): Promise<number> =>
    page.evaluate<number>(`(() => {
      const { left, right } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return (left + right) / 2;
    })()`);
  expect(await middle(".message[data-own=true] .bubble")).toBeLessThan(await middle(".messages"));
  expect(await outside(page)).toEqual([]);
  await draw(page, "right-to-left");
});

test("without motion nothing moves", async () => {
  const [{ page }] = await chat({ reducedMotion: "reduce" });
  const moving = `[...document.querySelectorAll("*")].filter((one) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
    return animationName !== "none" || parseFloat(transitionDuration) > 0 || scrollBehavior === "smooth";
  }).map((one) => one.className)`;
  expect(await page.evaluate(moving)).toEqual([]);
  expect(await page.evaluate("document.getAnimations().length")).toBe(0);
});

test("in forced colours what is own, read, online, chosen and focused is seen by its shape", async () => {
  const [{ page }] = await chat({ forcedColors: "active" });
  await page.locator(".avatar[data-online=true]").first().waitFor();
  await page.getByLabel("Message to").focus();
  await draw(page, "forced-colours");
  const style = (selector: string, property: string, pseudo = ""): Promise<unknown> =>
    page.evaluate(
      `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), ${JSON.stringify(pseudo)})[${JSON.stringify(property)}]`,
    );
  expect(await style(".message[data-own=true] .bubble", "borderTopWidth")).toBe("2px");
  expect(await style(".message[data-own=false] .bubble", "borderTopWidth")).toBe("1px");
  expect(await style(".avatar[data-online=true]", "borderTopColor", "::after")).not.toBe(
    await style(".avatar[data-online=true]", "backgroundColor", "::after"),
  );
  expect(await style(".avatar[data-online=true]", "width", "::after")).toBe("12px");
  expect(await style(".item[aria-current]", "outlineStyle")).toBe("solid");
  expect(await style(".composer textarea", "outlineStyle")).toBe("solid");
  expect(await style("button.primary", "borderTopStyle")).toBe("solid");
  expect(await style(".avatar", "borderTopStyle")).toBe("solid");
  expect(await flaws(page)).toEqual([]);
});

test("one region speaks, politely, and the focus stays where one works", async () => {
  const [alice, bob] = await chat();
  const { page } = alice;
  const regions =
    "[...document.querySelectorAll('[aria-live]:not([aria-live=off]), [role=status], [role=alert]')]";
  expect(await page.evaluate(`${regions}.map((one) => one.getAttribute("aria-live"))`)).toEqual(["polite"]);
  await bob.page.getByLabel("Message to").fill("said aloud");
  await bob.page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "said aloud" }).waitFor();
  const focused = (): Promise<unknown> =>
    page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.className");
  const composer = await page.getByLabel(/^Message to/).getAttribute("aria-label");
  await page.getByLabel("Message to").fill("sent by the button");
  await page.getByRole("button", { name: "Send" }).click();
  expect(await focused()).toBe(composer);
  const third = await visit(file, "carol");
  await begin(page, third.id);
  await expect.poll(focused).toBe(`Message to ${third.id}`);
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(focused).toBe(composer);
  // A dialog gives back the focus that it took.
  const shortcuts = page.getByRole("button", { name: "Shortcuts" });
  await shortcuts.click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await focused()).toBe("Shortcuts");
  const unnamed = `[...document.querySelectorAll("button, input, textarea, a")]
    .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length)).map((one) => one.outerHTML)`;
  expect(await page.evaluate(unnamed)).toEqual([]);
});

/** Cuts as a fault: a browser that is set offline keeps the sockets it has. */
async function cutSocketsOf(of: BrowserFile, userId: string): Promise<void> {
  const { httpUrl } = of.cloud();
  const { connections } = (await (await fetch(`${httpUrl}/_local/state`)).json()) as {
    readonly connections: readonly { readonly id: string; readonly user: string | null }[];
  };
  const own = connections.filter(({ user }) => user === userId);
  expect(own.length).toBeGreaterThan(0);
  for (const { id } of own) {
    await fetch(`${httpUrl}/_local/faults`, { method: "POST", body: JSON.stringify({ cut: id }) });
  }
}
