import type { Page } from "playwright-core";
import { expect } from "vitest";
import { browserFile, test } from "./browser-test.ts";
import { begin, composer, cutSocketsOf, message, say, servedPage, visit } from "./chat-page.ts";
import type { Visitor } from "./chat-page.ts";
import { details, item, makeGroup } from "./group-page.ts";

const file = browserFile({ args: servedPage() });

/** All that is said and told in the group, in its order. */
const seen = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll(".system-line, .text")].map((line) => line.textContent)`);

test("a group is made, renamed, joined and left, its sockets cut meanwhile, and all who stay see it alike", async () => {
  const [alice, bob, cy] = [await visit(file, "alice"), await visit(file, "bob"), await visit(file, "cy")];
  await makeGroup(alice, "Hikers", [bob]);
  await item(bob.page, "Hikers").click();
  await say(alice.page, "who comes on Sunday?");
  await message(bob.page, "who comes on Sunday?").waitFor();
  await cutSocketsOf(file, bob.id);
  await say(bob.page, "count me in");
  await details(alice.page);
  await alice.page.getByLabel("Title").fill("Sunday hikers");
  await alice.page.getByRole("button", { name: "Rename" }).click();
  await alice.page.getByLabel("Add by id").fill(cy.id);
  await alice.page.getByRole("button", { name: "Add", exact: true }).click();
  await alice.page.getByText("3 members").first().waitFor();
  await alice.page.getByRole("button", { name: "Close" }).click();
  await item(cy.page, "Sunday hikers").click();
  await message(cy.page, "count me in").waitFor();
  await cutSocketsOf(file, alice.id);
  await say(cy.page, "and me");
  await message(alice.page, "and me").waitFor();
  await details(bob.page);
  await bob.page.getByRole("button", { name: "Leave the group…" }).click();
  await bob.page.getByRole("button", { name: "Leave for good" }).click();
  await item(bob.page, "Sunday hikers").waitFor({ state: "detached" });
  const end = (me: string) => {
    const begin = (id: string): string => (id === me ? "You" : id);
    const name = (id: string): string => (id === me ? "you" : id);
    return [
      `${begin(alice.id)} made the group with ${name(bob.id)}`,
      "who comes on Sunday?",
      "count me in",
      `${begin(alice.id)} named the group “Sunday hikers”`,
      `${begin(alice.id)} added ${name(cy.id)}`,
      "and me",
      `${begin(bob.id)} left`,
    ];
  };
  const sorted = (lines: unknown): readonly string[] => (lines as readonly string[]).toSorted();
  // Bob wrote while his socket was cut: what he said and what alice did meanwhile may stand either way.
  await expect.poll(async () => sorted(await seen(alice.page))).toEqual(end(alice.id).toSorted());
  await expect.poll(async () => sorted(await seen(cy.page))).toEqual(end(cy.id).toSorted());
  const anonymous = (lines: unknown): unknown =>
    JSON.parse(JSON.stringify(lines).toLowerCase().replaceAll(alice.id, "you").replaceAll(cy.id, "you"));
  expect(anonymous(await seen(cy.page))).toEqual(anonymous(await seen(alice.page)));
});

test("in a group one sees who wrote, who has read, and as its admin takes down what others wrote", async () => {
  const [alice, bob, cy] = [await visit(file, "alice"), await visit(file, "bob"), await visit(file, "cy")];
  await makeGroup(alice, "Book club", [bob, cy]);
  await item(bob.page, "Book club").click();
  await say(bob.page, "spoiler");
  await message(alice.page, "spoiler").getByText(bob.id).waitFor();
  await bob.page.getByRole("img", { name: `Read by ${alice.id}` }).waitFor();
  const row = message(alice.page, "spoiler");
  await row.hover();
  await row.getByRole("button", { name: /^What to do/ }).click();
  await row.getByRole("button", { name: "Delete…" }).click();
  await row.getByRole("button", { name: "Delete for everybody" }).click();
  await bob.page.getByText("This message was deleted.").waitFor();
  await item(cy.page, "Book club").click();
  await cy.page.getByText("This message was deleted.").waitFor();
  expect(await cy.page.getByText("spoiler").count()).toBe(0);
  await details(alice.page);
  await alice.page.getByRole("button", { name: `Remove ${bob.id}` }).click();
  await item(bob.page, "Book club").waitFor({ state: "detached" });
  await alice.page.getByRole("button", { name: "Close" }).click();
  await composer(alice.page).waitFor();
});

test("what is kept on top stands first, and what is archived is not listed", async () => {
  const [alice, bob, cy] = [await visit(file, "alice"), await visit(file, "bob"), await visit(file, "cy")];
  await begin(alice.page, bob.id);
  await say(alice.page, "first");
  await begin(alice.page, cy.id);
  await say(alice.page, "second");
  const names = (): Promise<readonly string[]> => alice.page.locator(".item-name").allTextContents();
  await expect.poll(names).toEqual([cy.id, bob.id]);
  await item(alice.page, bob.id).click();
  await details(alice.page);
  await alice.page.getByRole("button", { name: "Keep on top" }).click();
  await expect.poll(names).toEqual([bob.id, cy.id]);
  await alice.page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect.poll(names).toEqual([cy.id]);
  // By the keyboard alone it is found again, and taken out.
  await alice.page.getByRole("button", { name: "Close" }).press("Enter");
  await alice.page.getByRole("button", { name: "Archived" }).press("Enter");
  await alice.page.getByRole("button", { name: `Take out ${bob.id}` }).press("Enter");
  await alice.page.getByText("Nothing is archived.").waitFor();
  await expect.poll(names).toEqual([bob.id, cy.id]);
});

test("whom one blocks can write no more, until that is ended", async () => {
  const [alice, bob] = [await visit(file, "alice"), await visit(file, "bob")];
  await begin(alice.page, bob.id);
  await begin(bob.page, alice.id);
  await details(alice.page);
  await alice.page.getByRole("button", { name: "Block", disabled: false }).press("Enter");
  await alice.page.getByRole("button", { name: "Block", pressed: true }).waitFor();
  // Within ten seconds it takes effect.
  const isRefused = async (): Promise<boolean> => {
    await say(bob.page, "hello?");
    await bob.page.locator(".message:last-of-type:not([data-state=pending])").last().waitFor();
    return (await bob.page.locator(".message[data-state=failed]").count()) > 0;
  };
  await expect.poll(isRefused).toBe(true);
  await alice.page.getByRole("button", { name: "Close" }).click();
  // Opened anew it is known.
  await details(alice.page);
  await alice.page.getByRole("button", { name: "Block", pressed: true }).press("Enter");
  await alice.page.getByRole("button", { name: "Block", pressed: false }).waitFor();
});

test("whoever signs in by a name finds a group, and is in it with one click", async () => {
  const [alice, bob] = [await visit(file, "alice"), await visit(file, "bob")];
  const join = ({ page }: Visitor) => page.getByRole("button", { name: "Join the Lobby" });
  // At once: it is made once.
  await Promise.all([join(alice).click(), join(bob).click()]);
  for (const { page } of [alice, bob]) await page.getByRole("heading", { name: "Lobby", level: 2 }).waitFor();
  const text = `hello from ${alice.id}`;
  await say(alice.page, text);
  await message(bob.page, text).waitFor();
  for (const one of [alice, bob]) await join(one).waitFor({ state: "detached" });
  // Who comes back finds it in the list, and is asked no more.
  await alice.page.reload();
  await item(alice.page, "Lobby").waitFor();
  expect(await join(alice).count()).toBe(0);
});
