import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { browserFile, test } from "./browser-test.ts";
import { begin, composer, draw, message, servedPage, visit } from "./chat-page.ts";
import type { Visitor } from "./chat-page.ts";
import { act, item, makeGroup } from "./group-page.ts";

const file = browserFile({ args: servedPage() });

const options = (page: Page): Locator => page.getByRole("listbox").getByRole("option");
const marked = (page: Page, text: string): Locator => message(page, text).locator(".mention");

async function group(
  options: Parameters<typeof visit>[2] = {},
): Promise<readonly [Visitor, Visitor, Visitor]> {
  const people = [
    await visit(file, "alice", options),
    await visit(file, "bob"),
    await visit(file, "cy"),
  ] as const;
  await makeGroup(people[0], "Hikers", people.slice(1));
  return people;
}

test("an @ and letters find a member, by the keyboard alone, who is mentioned and told so", async () => {
  const [{ page }, bob, cy] = await group();
  await begin(bob.page, cy.id);
  await composer(page).pressSequentially("hello @BO");
  await expect.poll(() => options(page).allTextContents()).toEqual([expect.stringContaining(bob.id)]);
  const active = await composer(page).getAttribute("aria-activedescendant");
  expect(await options(page).first().getAttribute("id")).toBe(active);
  expect(await options(page).first().getAttribute("aria-selected")).toBe("true");
  await page.getByRole("status").filter({ hasText: "One suggestion" }).waitFor({ state: "attached" });
  await composer(page).press("Enter");
  expect(await composer(page).inputValue()).toBe(`hello @${bob.id} `);
  expect(await options(page).count()).toBe(0);
  await composer(page).press("Enter");
  await marked(page, "hello").waitFor();
  await item(bob.page, "Hikers").getByText("mentions you").waitFor({ state: "attached" });
  await item(bob.page, "Hikers").click();
  await bob.page.getByRole("article", { name: /, mentions you$/ }).waitFor();
  expect(await marked(bob.page, "hello").getAttribute("data-me")).toBe("true");
  await item(cy.page, "Hikers").click();
  expect(await marked(cy.page, "hello").getAttribute("data-me")).toBe("false");
  expect(await cy.page.getByRole("article", { name: /, mentions you$/ }).count()).toBe(0);
});

test("arrows go round, Tab and a click choose, Escape and an input method leave the text alone", async () => {
  const [{ page }, bob, cy] = await group();
  const field = composer(page);
  const bobby = await visit(file, "bobby");
  await page.getByRole("button", { name: "Details" }).click();
  await page.getByLabel("Add by id").fill(bobby.id);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("4 members").first().waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await field.pressSequentially("@bo");
  await expect.poll(() => options(page).count()).toBe(2);
  const selected = (): Promise<string | null> =>
    page.locator("[role=option][aria-selected=true] .suggested-name").textContent();
  const [first, second] = await page.locator(".suggested-name").allTextContents();
  expect(new Set([first, second])).toEqual(new Set([bob.id, bobby.id]));
  expect(await selected()).toBe(first);
  await field.press("ArrowDown");
  expect(await selected()).toBe(second);
  await field.press("ArrowDown");
  await field.press("ArrowUp");
  expect(await selected()).toBe(second);
  await field.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  expect(await field.inputValue()).toBe("@bo");
  await field.press("Tab");
  expect(await field.inputValue()).toBe(`@${second} `);
  await field.pressSequentially("and @cy");
  await options(page).click();
  expect(await field.inputValue()).toBe(`@${second} and @${cy.id} `);
  await field.pressSequentially("@b");
  await options(page).first().waitFor();
  await field.press("Escape");
  await options(page).first().waitFor({ state: "detached" });
  await field.press("o");
  await expect.poll(() => field.inputValue()).toMatch(/@bo$/);
  expect(await options(page).count()).toBe(0);
  expect(await page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
});

test("a handle in the middle of a text is completed there, and where one goes on writing", async () => {
  const [{ page }, bob] = await group();
  const field = composer(page);
  await field.fill("ask ! Please");
  await field.press("Home");
  for (let step = 0; step < 4; step += 1) await field.press("ArrowRight");
  await field.pressSequentially("@bo");
  await field.press("Enter");
  await field.pressSequentially("too");
  expect(await field.inputValue()).toBe(`ask @${bob.id} too! Please`);
});

test("a handle typed by hand mentions, a draft keeps it, and an edit takes it away or gives another", async () => {
  const [{ page }, bob, cy] = await group();
  const field = composer(page);
  await field.fill(`by hand @${bob.id.toUpperCase()}`);
  await page.reload();
  await page.getByRole("heading", { name: "Hikers", level: 2 }).waitFor();
  await field.press("End");
  await options(page).waitFor();
  // It is written to its end: Enter sends it.
  await field.press("Enter");
  await item(bob.page, "Hikers").getByText("mentions you").waitFor({ state: "attached" });
  await page.locator(".message[data-state=sent]").waitFor();
  await act(page, `by hand @${bob.id.toUpperCase()}`, "Edit");
  const anew = page.getByLabel("The message anew");
  await anew.fill("by hand @cy");
  await anew.press("Enter");
  expect(await anew.inputValue()).toBe(`by hand @${cy.id} `);
  await anew.press("Enter");
  await item(cy.page, "Hikers").getByText("mentions you").waitFor({ state: "attached" });
  await item(bob.page, "Hikers").getByText("mentions you").waitFor({ state: "detached" });
});

test("the list of members fits a phone, from right to left as well", async () => {
  const [{ page }] = await group({ viewport: { width: 320, height: 480 }, colorScheme: "dark" });
  await page.evaluate("document.documentElement.dir = 'rtl'");
  await composer(page).pressSequentially("@b");
  await options(page).waitFor();
  await draw(page, "mention-phone");
  const { x, y, width, height } = (await page.getByRole("listbox").boundingBox())!;
  expect([x >= 0, y >= 0, x + width <= 320, height > 30]).toEqual([true, true, true, true]);
});
