import { expect } from "vitest";
import { browserFile, test } from "./browser-test.ts";
import { begin, composer, cutSocketsOf, meet, message, say, servedPage, visit } from "./chat-page.ts";

const file = browserFile({ args: servedPage() });

test("what one writes the other sees, and one sees that it was read", async () => {
  const [alice, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  await meet(alice, bob);
  await say(alice.page, "Hello, Bob");
  await message(bob.page, "Hello, Bob").waitFor();
  await message(alice.page, "Hello, Bob")
    .getByRole("img", { name: /^(Sent|Read)/ })
    .waitFor();
  await bob.page.bringToFront();
  await message(alice.page, "Hello, Bob").getByRole("img", { name: /^Read/ }).waitFor();
  await composer(bob.page).pressSequentially("Hi");
  await alice.page.locator(".typing", { hasText: "is typing" }).waitFor();
  await composer(bob.page).press("Enter");
  await message(alice.page, "Hi").waitFor();
  await expect.poll(() => alice.page.locator(".typing").textContent()).toBe("");
});

test("what is sent without a network is kept, told of, and arrives once", async () => {
  const [alice, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  await meet(alice, bob);
  await say(bob.page, "before");
  await message(alice.page, "before").waitFor();
  await alice.context.setOffline(true);
  await cutSocketsOf(file, alice.id);
  await say(alice.page, "through the dark");
  await message(alice.page, "through the dark").getByRole("img", { name: "Not sent yet" }).waitFor();
  await alice.page.locator(".banner", { hasText: "One message is kept here" }).waitFor();
  await alice.context.setOffline(false);
  await message(bob.page, "through the dark").waitFor();
  await alice.page.locator(".banner").waitFor({ state: "detached" });
  await say(alice.page, "after");
  await message(bob.page, "after").waitFor();
  for (const { page } of [alice, bob]) {
    expect(await page.locator(".message .text").allTextContents()).toEqual([
      "before",
      "through the dark",
      "after",
    ]);
  }
});

test("a message that was not sent survives a reload, and so does what was typed", async () => {
  const [alice, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  await meet(alice, bob);
  // The page and its API answer; the sockets are refused, as by a server that is down.
  await alice.page.routeWebSocket(/./, (socket) => socket.close());
  await cutSocketsOf(file, alice.id);
  await say(alice.page, "sent before the reload");
  await message(alice.page, "sent before the reload").getByRole("img", { name: "Not sent yet" }).waitFor();
  await composer(alice.page).fill("half a thou");
  await alice.page.reload();
  await message(alice.page, "sent before the reload").waitFor();
  expect(await composer(alice.page).inputValue()).toBe("half a thou");
  await alice.page.close();
  await alice.tab();
  await message(bob.page, "sent before the reload").waitFor();
  expect(await message(bob.page, "sent before the reload").count()).toBe(1);
});

test("two tabs have one outbox: what both send arrives once each", async () => {
  const [alice, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  await meet(alice, bob);
  const second = await alice.tab();
  await begin(second, bob.id);
  await alice.context.setOffline(true);
  await cutSocketsOf(file, alice.id);
  await say(alice.page, "from the first tab");
  await say(second, "from the second tab");
  await alice.context.setOffline(false);
  for (const page of [bob.page, alice.page, second]) {
    await message(page, "from the first tab").waitFor();
    await message(page, "from the second tab").waitFor();
  }
  await say(second, "the last");
  for (const page of [bob.page, alice.page, second]) {
    await message(page, "the last").waitFor();
    const texts = await page.locator(".message .text").allTextContents();
    expect([...texts].sort()).toEqual(["from the first tab", "from the second tab", "the last"]);
  }
});

test("unread messages are counted in the list and the title, and a line stands above them", async () => {
  const [alice, bob] = await Promise.all([visit(file, "alice"), visit(file, "bob")]);
  await begin(alice.page, bob.id);
  await say(alice.page, "one");
  await say(alice.page, "two");
  await bob.page.locator(".badge", { hasText: "2" }).waitFor();
  expect(await bob.page.title()).toBe("(2) Parley");
  await bob.page.bringToFront();
  await bob.page.locator(".item").click();
  await message(bob.page, "two").waitFor();
  expect(await bob.page.locator(".row", { has: bob.page.locator(".unread-line") }).textContent()).toContain(
    "one",
  );
  await bob.page.locator(".badge").waitFor({ state: "detached" });
  await expect.poll(() => bob.page.title()).toBe("Parley");
});
