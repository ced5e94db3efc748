import { expect } from "vitest";
import type { Locator, Page } from "playwright-core";
import { browserFile, test } from "./browser-test.ts";
import {
  composer,
  cutSocketsOf,
  meet,
  message,
  say,
  scrollMessagesTo,
  servedPage,
  visit,
} from "./chat-page.ts";
import { act, saying } from "./group-page.ts";

const file = browserFile({ args: servedPage() });

const PARTS = [".quote-text", ".text", ".meta [aria-label=Pinned]", ".meta > span:not([role])", ".reactions"];

/** What the conversation looks like to whoever reads it, a line a message. */
const seen = (page: Page): Promise<unknown> =>
  page.evaluate(
    `[...document.querySelectorAll(".message")].map((row) => ${JSON.stringify(PARTS)}.map((part) => row.querySelector(part)?.textContent ?? "").join("|"))`,
  );

async function pair(): Promise<{
  readonly alice: Page;
  readonly bob: Page;
  readonly ids: readonly string[];
}> {
  const [alice, bob] = [await visit(file, "alice"), await visit(file, "bob")];
  await meet(alice, bob);
  return { alice: alice.page, bob: bob.page, ids: [alice.id, bob.id] };
}

test("what is changed, deleted, answered, reacted to and pinned ends alike in both windows, sockets cut meanwhile", async () => {
  const { alice, bob, ids } = await pair();
  await say(alice, "lunch at noon?");
  await say(alice, "nonsense");
  await message(bob, "nonsense").waitFor();
  await act(bob, "lunch at noon?", "Reply");
  await cutSocketsOf(file, ids[0]!);
  await say(bob, "gladly");
  await act(bob, "lunch at noon?", "React with 👍");
  await act(bob, "lunch at noon?", "Pin");
  await message(alice, "gladly").waitFor();
  await cutSocketsOf(file, ids[1]!);
  await act(alice, "gladly", "React with 🎉");
  await act(alice, "nonsense", "Delete…");
  await message(alice, "nonsense").getByRole("button", { name: "Delete for everybody" }).click();
  await act(alice, "lunch at noon?", "Edit");
  await alice.getByLabel("The message anew").fill("lunch at one?");
  await alice.getByLabel("The message anew").press("Enter");
  const end = [
    "|lunch at one?|📌|edited|👍 1",
    "|This message was deleted.|||",
    "lunch at one?|gladly|||🎉 1",
  ];
  await expect.poll(() => seen(alice)).toEqual(end);
  await expect.poll(() => seen(bob)).toEqual(end);
  const { page: anew } = await visit(file, "alice", {}, ids[0]);
  await anew.locator(".item").click();
  await expect.poll(() => seen(anew)).toEqual(end);
});

test("an empty field's arrow changes what one wrote last, and Escape gives it up and keeps the draft", async () => {
  const { alice, bob } = await pair();
  await say(alice, "teh first");
  await alice.locator(".message[data-state=sent]").waitFor();
  await composer(alice).press("ArrowUp");
  const field = alice.getByLabel("The message anew");
  expect(await field.inputValue()).toBe("teh first");
  await field.press("Escape");
  await composer(alice).fill("a draft");
  await composer(alice).press("ArrowUp");
  expect(await composer(alice).inputValue()).toBe("a draft");
  await composer(alice).fill("");
  await composer(alice).press("ArrowUp");
  await field.fill("the first");
  await field.press("Enter");
  await message(bob, "the first").getByText("edited").waitFor();
  expect(await alice.locator(".message").count()).toBe(1);
});

test("a reaction is joined in, and taken back, by pressing it", async () => {
  const { alice, bob } = await pair();
  await say(alice, "cake");
  await act(alice, "cake", "React with ❤️");
  const chip = (page: Page): Locator => message(page, "cake").getByRole("button", { name: /^❤️ / });
  await chip(bob).click();
  await expect.poll(() => chip(alice).textContent()).toBe("❤️ 2");
  expect(await chip(bob).getAttribute("aria-pressed")).toBe("true");
  await chip(alice).click();
  await expect.poll(() => chip(bob).textContent()).toBe("❤️ 1");
  await chip(bob).click();
  await chip(alice).waitFor({ state: "detached" });
});

test("any emoji can be looked for, and none of it comes from elsewhere", async () => {
  const { alice, bob } = await pair();
  const asked: string[] = [];
  alice.on("request", (request) => asked.push(new URL(request.url()).host));
  await say(alice, "a trip");
  await act(alice, "a trip", "React with another emoji");
  const dialog = alice.getByRole("dialog", { name: "Choose an emoji" });
  await dialog.getByLabel("Search emojis").waitFor();
  await alice.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await saying(alice, "a trip").getByRole("button", { name: "React with another emoji" }).click();
  await dialog.getByLabel("Search emojis").fill("rocket");
  await dialog.getByRole("button", { name: "rocket" }).click();
  await message(bob, "a trip").getByRole("button", { name: "🚀 1" }).waitFor();
  expect(new Set(asked)).toEqual(new Set([new URL(file.cloud().httpUrl).host]));
});

test("an answer leads to what it answers, however far up that is, and shows that it was deleted", async () => {
  const { alice, bob } = await pair();
  await say(alice, "the beginning");
  await message(bob, "the beginning").waitFor();
  for (let number = 1; number <= 60; number += 1) await say(alice, `line ${number}.`);
  await message(bob, "line 60.").waitFor();
  // What is older comes page by page, and keeps in place what was seen.
  const atTheBeginning = async (): Promise<boolean> => {
    await scrollMessagesTo(bob, 0);
    return saying(bob, "the beginning").isVisible();
  };
  await expect.poll(atTheBeginning).toBe(true);
  await act(bob, "the beginning", "Reply");
  await say(bob, "as you said");
  await message(alice, "as you said").locator("button.quote").click();
  await expect.poll(() => saying(alice, "the beginning").getAttribute("data-shown")).toBe("true");
  await act(alice, "the beginning", "Delete…");
  await saying(alice, "the beginning").getByRole("button", { name: "Delete for everybody" }).click();
  await message(bob, "as you said").getByText("What this answers was deleted.").waitFor();
});

test("without a connection the emojis do not come, and nothing else is lost by it", async () => {
  const [alice, bob] = [await visit(file, "alice"), await visit(file, "bob")];
  await meet(alice, bob);
  await say(alice.page, "still here");
  await alice.page.locator(".message[data-state=sent]").waitFor();
  await alice.context.setOffline(true);
  await act(alice.page, "still here", "React with another emoji");
  await alice.page.getByText("The emojis did not load").waitFor();
  await alice.context.setOffline(false);
  await say(alice.page, "and on");
  await message(bob.page, "and on").waitFor();
});
