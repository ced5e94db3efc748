import type { BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { browserFile, test } from "./browser-test.ts";
import { begin, composer, draw, servedPage, visit } from "./chat-page.ts";
import { details } from "./group-page.ts";

const file = browserFile({ args: servedPage() });

const option = (page: Page, name: string): Locator => page.getByRole("option").filter({ hasText: name });
const field = (page: Page): Locator => page.getByLabel("Begin a chat with");

test("two letters and more find people, and an arrow and Enter begin the chat", async () => {
  const [{ page, id }, bob] = [await visit(file, "alice"), await visit(file, "bob")];
  await field(page).pressSequentially("b");
  await field(page).pressSequentially(bob.id.slice(1, -1).toUpperCase());
  await option(page, bob.id).waitFor();
  expect(await field(page).getAttribute("aria-expanded")).toBe("true");
  await draw(page, "search");
  await field(page).press("Escape");
  await page.getByRole("listbox").waitFor({ state: "detached" });
  expect(await page.evaluate("document.activeElement.tagName")).toBe("INPUT");
  await field(page).press("Backspace");
  await option(page, bob.id).waitFor();
  await field(page).press("ArrowDown");
  expect(await option(page, bob.id).getAttribute("aria-selected")).toBe("true");
  await field(page).press("Enter");
  await page.getByRole("heading", { name: bob.id, level: 2 }).waitFor();
  expect(await field(page).inputValue()).toBe("");
  // Nobody is suggested to chat with themselves.
  const asked = page.waitForResponse(/users\/search/);
  await field(page).pressSequentially(id.slice(0, -1));
  await asked;
  expect(await option(page, id).count()).toBe(0);
});

test("members are found for a group that is made, and for one that is there", async () => {
  const [{ page }, bob, cy] = [await visit(file, "alice"), await visit(file, "bob"), await visit(file, "cy")];
  await page.getByRole("button", { name: "New group" }).click();
  await page.getByLabel("Title").fill("Hikers");
  const members = page.getByLabel(/^Members, by id/);
  await members.pressSequentially(bob.id.slice(0, -1));
  await option(page, bob.id).waitFor();
  await members.press("ArrowDown");
  await members.press("Enter");
  expect(await members.inputValue()).toBe(`${bob.id}, `);
  await page.getByRole("button", { name: "Make the group" }).click();
  await composer(page).waitFor();
  await details(page);
  await page.getByLabel("Add by id").pressSequentially(cy.id.slice(0, -1));
  await option(page, cy.id).click();
  expect(await page.getByLabel("Add by id").inputValue()).toBe(`${cy.id}, `);
  await draw(page, "search-members");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("3 members").first().waitFor();
});

test("where the server has no directory it is asked once, and people are found by their id", async () => {
  const prepare = (context: BrowserContext) => context.clock.install();
  const [{ page }, bob] = [await visit(file, "alice", { prepare }), await visit(file, "bob")];
  let asked = 0;
  await page.route(/users\/search/, async (route) => {
    asked += 1;
    await route.fulfill({
      status: 404,
      json: { error: "NOT_FOUND", code: "NOT_FOUND", message: "No such route." },
    });
  });
  const answered = page.waitForResponse(/users\/search/);
  await field(page).pressSequentially("zz");
  await answered;
  await field(page).fill("zzz");
  await page.clock.runFor(2_000);
  await begin(page, bob.id);
  expect(await page.getByRole("option").count()).toBe(0);
  expect(asked).toBe(1);
});
