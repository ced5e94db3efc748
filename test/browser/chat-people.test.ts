import { expect } from "vitest";
import { conversationOf } from "../support/cast.ts";
import { browserFile, test, withCast } from "./browser-test.ts";
import { begin, composer, message, servedPage, visit } from "./chat-page.ts";

const file = browserFile({ args: servedPage() });

test("who is there has a dot, who is gone was last seen, and who falls silent no longer types", async () => {
  await withCast(file.cloud(), async (cast) => {
    const bob = await cast.user("bob");
    const { page, id } = await visit(file, "alice");
    const conversationId = await conversationOf(bob, await cast.withId(id));
    await begin(page, bob.id);
    const online = page.locator(".conversation-header p", { hasText: "online" });
    const dots = page.locator(".avatar[data-online=true]");
    expect(await dots.count()).toBe(0);
    const device = await bob.connect();
    await online.waitFor();
    // In the list and above the conversation.
    await expect.poll(() => dots.count()).toBe(2);

    await device.ask("join_conversation", { conversationId });
    await device.ask("typing_start", { conversationId });
    const typing = page.locator(".typing");
    await expect.poll(() => typing.textContent()).toBe(`${bob.id} is typing…`);
    // Nobody says that it has ended.
    await expect.poll(() => typing.textContent()).toBe("");

    await device.close();
    await page.locator(".conversation-header p", { hasText: "last seen now" }).waitFor();
    await expect.poll(() => dots.count()).toBe(0);
    const seen = page.locator(".conversation-header time");
    expect(Date.parse((await seen.getAttribute("datetime")) ?? "")).toBeGreaterThan(0);
  });
});

test("a chat is begun with somebody by their id, and a sentence says why it is not", async () => {
  await withCast(file.cloud(), async (cast) => {
    const bob = await cast.user("bob");
    const { page, id } = await visit(file, "alice");
    const field = page.getByLabel("Begin a chat with");
    const problem = page.getByRole("alert");
    await field.fill("nobody-at-all");
    await field.press("Enter");
    await problem.filter({ hasText: "There is nobody called nobody-at-all" }).waitFor();
    expect(await field.inputValue()).toBe("nobody-at-all");
    await field.fill(id);
    await field.press("Enter");
    await problem.filter({ hasText: "That is you" }).waitFor();
    await page.route("**/find-or-create", (route) => route.abort());
    await field.fill(bob.id);
    await field.press("Enter");
    await problem.filter({ hasText: "That needs a connection." }).waitFor();
    await page.unroute("**/find-or-create");
    await field.press("Enter");
    await page.getByRole("heading", { name: bob.id, level: 2 }).waitFor();
    expect(await field.inputValue()).toBe("");
    await problem.waitFor({ state: "detached" });
    await page.locator("textarea:focus").waitFor();
  });
});

test("one goes from conversation to conversation by keys, and each keeps what was typed in it", async () => {
  await withCast(file.cloud(), async (cast) => {
    const [bob, carol] = await cast.users("bob", "carol");
    const { page, id } = await visit(file, "alice");
    const alice = await cast.withId(id);
    for (const other of [bob!, carol!]) {
      const conversationId = await conversationOf(other, alice);
      await other.post(`/api/conversations/${conversationId}/messages`, { content: `I am ${other.id}` });
      await page.locator(".item", { hasText: other.id }).waitFor();
    }
    const open = (name: string) => page.getByRole("heading", { name, level: 2 }).waitFor();
    const { keyboard } = page;
    // Carol has spoken last: she is on top.
    await keyboard.press("Escape");
    await keyboard.press("Enter");
    await open(carol!.id);
    await message(page, carol!.id).waitFor();
    await keyboard.type("for Carol");
    await keyboard.press("Alt+ArrowDown");
    await open(bob!.id);
    expect(await composer(page).inputValue()).toBe("");
    await keyboard.type("for Bob");
    await keyboard.press("Alt+ArrowUp");
    await open(carol!.id);
    expect(await composer(page).inputValue()).toBe("for Carol");
    await page.reload();
    await open(carol!.id);
    expect(await composer(page).inputValue()).toBe("for Carol");
    await keyboard.press("Escape");
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await open(bob!.id);
    expect(await composer(page).inputValue()).toBe("for Bob");
    await keyboard.press("Escape");
    await keyboard.press("?");
    await page.getByRole("dialog").getByText("Begin a chat").waitFor();
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });
});
