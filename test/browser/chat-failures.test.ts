import type { BrowserContext } from "playwright-core";
import { afterEach, expect } from "vitest";
import { conversationOf, unique } from "../support/cast.ts";
import { browserFile, test, withCast } from "./browser-test.ts";
import {
  begin,
  composer,
  cutSocketsOf,
  message,
  say,
  scrollMessagesTo,
  servedPage,
  visit,
} from "./chat-page.ts";

const file = browserFile({ args: servedPage() });
const faultsUrl = (): string => `${file.cloud().httpUrl}/_local/faults`;

afterEach(async () => {
  await fetch(faultsUrl(), { method: "DELETE" });
});

/** Until it is switched off the server has something against every message. */
async function refuseSends(context: BrowserContext, isRefusing: () => boolean): Promise<void> {
  await context.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const frame = data.toString().startsWith("{") ? (JSON.parse(data.toString()) as Frame) : null;
      if (!isRefusing() || frame?.action !== "send_message") return server.send(data);
      const { id, action } = frame;
      const refusal = { type: "error", id, action, code: "FORBIDDEN", message: "You may not write here." };
      socket.send(JSON.stringify(refusal));
    });
  });
}

interface Frame {
  readonly id: string;
  readonly action: string;
}

test("a refused message says why, and is sent again or thrown away without a mouse", async () => {
  await withCast(file.cloud(), async (cast) => {
    const bob = await cast.user("bob");
    let isRefusing = true;
    const { page } = await visit(file, "alice", {
      prepare: (context) => refuseSends(context, () => isRefusing),
    });
    await begin(page, bob.id);
    await say(page, "first");
    await say(page, "second");
    for (const text of ["first", "second"]) {
      await message(page, text).getByText("Not sent: You may not write here.").waitFor();
      await message(page, text).getByRole("img", { name: "Not sent", exact: true }).waitFor();
    }
    await message(page, "first").getByRole("button", { name: "Discard" }).press("Enter");
    await message(page, "first").waitFor({ state: "detached" });
    await page.locator("textarea:focus").waitFor();
    isRefusing = false;
    await message(page, "second").getByRole("button", { name: "Try again" }).press("Space");
    await message(page, "second").getByRole("img", { name: "Sent", exact: true }).waitFor();
    await page.locator("textarea:focus").waitFor();
    // What the server would refuse is refused at once.
    await say(page, "x".repeat(70_000));
    await page.locator(".message[data-state=failed] .refusal").waitFor();
  });
});

test("a server that fails is waited for, and a sign-in that fails says why", async () => {
  await withCast(file.cloud(), async (cast) => {
    const bob = await cast.user("bob");
    const { page } = await visit(file, "alice");
    await begin(page, bob.id);
    await fetch(faultsUrl(), {
      method: "POST",
      body: JSON.stringify({ database: { error: "InternalServerError", share: 1 } }),
    });
    await say(page, "through the fault");
    await message(page, "through the fault").getByRole("img", { name: "Not sent yet" }).waitFor();
    await fetch(faultsUrl(), { method: "DELETE" });
    await message(page, "through the fault").getByRole("img", { name: "Sent", exact: true }).waitFor();

    await page.route("**/_local/token", (route) =>
      route.fulfill({ status: 500, json: { message: "The issuer is asleep." } }),
    );
    await page.reload();
    await page.locator(".banner", { hasText: "Signing in failed: The issuer is asleep." }).waitFor();
    await say(page, "without a token");
    await page.locator(".banner", { hasText: "One message is kept here" }).waitFor();
    await page.unroute("**/_local/token");
    await message(page, "without a token").getByRole("img", { name: "Sent", exact: true }).waitFor();
    await page.locator(".banner").waitFor({ state: "detached" });
    expect(await page.locator(".message .text").allTextContents()).toEqual([
      "through the fault",
      "without a token",
    ]);
  });
});

const BLOCKED = `
  const refuse = () => { throw new DOMException("denied", "SecurityError"); };
  Object.defineProperty(globalThis, "localStorage", { get: refuse });
  Object.defineProperty(globalThis, "indexedDB", { value: { open: refuse } });`;

test("where nothing can be stored the page says so, keeps what is typed, and asks before it goes", async () => {
  await withCast(file.cloud(), async (cast) => {
    const [bob, carol] = await cast.users("bob", "carol");
    const { page, id, context } = await visit(file, "alice", {
      prepare: (one) => one.addInitScript(BLOCKED),
    });
    await page.getByRole("alert").filter({ hasText: "This browser stores nothing" }).waitFor();
    await begin(page, bob!.id);
    await composer(page).pressSequentially("half a thou");
    await begin(page, carol!.id);
    await context.setOffline(true);
    await cutSocketsOf(file, id);
    await say(page, "for Carol, later");
    await page.locator(".item", { hasText: bob!.id }).click();
    expect(await composer(page).inputValue()).toBe("half a thou");
    await say(page, "for Bob, later");
    await page.locator(".banner", { hasText: "2 messages are kept here" }).waitFor();
    const asked = new Promise<string>((resolve) =>
      page.once("dialog", async (dialog) => {
        resolve(dialog.type());
        await dialog.dismiss();
      }),
    );
    await page.close({ runBeforeUnload: true });
    expect(await asked).toBe("beforeunload");
    await context.setOffline(false);
    await message(page, "for Bob, later").getByRole("img", { name: "Sent", exact: true }).waitFor();
  });
});

test("what cannot be opened or loaded is told of, with a way on", async () => {
  await withCast(file.cloud(), async (cast) => {
    const [bob, carol] = await cast.users("bob", "carol");
    const { page, id } = await visit(file, "alice");
    const foreign = await conversationOf(bob!, carol!);
    for (const address of [foreign, unique("made-up")]) {
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
      await page.reload();
      await page.getByRole("heading", { name: "This conversation cannot be opened" }).waitFor();
      expect(await composer(page).count()).toBe(0);
      await page.getByRole("button", { name: "Back to the list" }).press("Enter");
      await page.getByText("Choose a conversation").waitFor();
    }
    const own = await conversationOf(bob!, await cast.withId(id));
    for (let number = 1; number <= 55; number += 1) {
      await bob!.post(`/api/conversations/${own}/messages`, { content: `number ${number}.` });
    }
    const failing = /conversations\?|before=/;
    await page.route(failing, (route) =>
      route.fulfill({ status: 500, json: { code: "INTERNAL", message: "It broke." } }),
    );
    await page.reload();
    await page.getByRole("alert").filter({ hasText: "The list may be old: It broke." }).waitFor();
    await page.locator(".item", { hasText: bob!.id }).click();
    await message(page, "number 55.").waitFor();
    await scrollMessagesTo(page, 0);
    const problem = page.locator(".messages-problem", { hasText: "Older messages did not load" });
    await problem.waitFor();
    await page.unroute(failing);
    await problem.getByRole("button", { name: "Try again" }).click();
    await problem.waitFor({ state: "detached" });
    await page.locator(".list-problem").waitFor({ state: "detached" });
    await scrollMessagesTo(page, 0);
    await message(page, "number 1.").first().waitFor();
  });
});

test("who signs out in one tab is signed out in all, and leaves no draft", async () => {
  await withCast(file.cloud(), async (cast) => {
    const bob = await cast.user("bob");
    const alice = await visit(file, "alice");
    const second = await alice.tab();
    await begin(second, bob.id);
    await composer(second).fill("a secret");
    await alice.page.getByRole("button", { name: "Sign out" }).click();
    for (const page of [alice.page, second]) await page.getByLabel("Your name").waitFor();
    const kept = await alice.page.evaluate(
      "Object.keys(localStorage).filter((key) => key.includes('draft'))",
    );
    expect(kept).toEqual([]);
  });
});
