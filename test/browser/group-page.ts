import type { Locator, Page } from "playwright-core";
import type { Visitor } from "./chat-page.ts";

/** The message that says just this: others may quote it. */
export const saying = (page: Page, text: string): Locator =>
  page.locator(".message", { has: page.locator(".text").getByText(text, { exact: true }) });

/** Chooses from what can be done with the message that says so. */
export async function act(page: Page, text: string, name: string): Promise<void> {
  const row = saying(page, text);
  await row.hover();
  await row.getByRole("button", { name: /^What to do with the message/ }).click();
  await row.getByRole("button", { name, exact: true }).click();
}

export async function makeGroup(
  { page }: Pick<Visitor, "page">,
  title: string,
  members: readonly Pick<Visitor, "id">[],
): Promise<void> {
  await page.getByRole("button", { name: "New group" }).click();
  await page.getByLabel("Title").fill(title);
  await page.getByLabel(/^Members, by id/).fill(members.map(({ id }) => id).join(", "));
  await page.getByRole("button", { name: "Make the group" }).click();
  await page.getByRole("heading", { name: title, level: 2 }).waitFor();
}

export const details = (page: Page): Promise<void> => page.getByRole("button", { name: "Details" }).click();

export const item = (page: Page, title: string): Locator => page.locator(".item", { hasText: title });
