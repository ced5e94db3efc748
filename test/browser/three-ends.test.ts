import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { KEYS } from "../../client/test/terminal/pseudo-terminal.ts";
import type { PseudoTerminal } from "../../client/test/terminal/pseudo-terminal.ts";
import { hasPython, startChatOnTerminal } from "../../client/test/terminal/start-on-terminal.ts";
import { systemText } from "../../client/words/system-text.ts";
import { unique } from "../support/cast.ts";
import { browserFile, test, withCast } from "./browser-test.ts";
import { cutAllSockets, draw, message, say, servedPage, visit } from "./chat-page.ts";
import { act, details, item, makeGroup, saying } from "./group-page.ts";

const file = browserFile({ args: servedPage() });

const PARTS = [".quote-text", ".text", ".meta [aria-label=Pinned]", ".meta > span:not([role])", ".reactions"];

/** What the group looks like in a window, a line a message. */
const shownInWindow = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll(".system-line, .message")].map((row) =>
    row.matches(".system-line") ? row.textContent
      : ${JSON.stringify(PARTS)}.map((part) => row.querySelector(part)?.textContent ?? "").join("|"))`);

const youFor = (me: string) => (id: string) => (id === me ? "you" : id);

/** What a window is to show of the messages as the server has them. */
const forWindow = (messages: readonly Message[], me: string): readonly string[] =>
  messages.map((one) =>
    one.type === "system"
      ? systemText(one, youFor(me))
      : [
          one.replyTo?.preview?.content ?? (one.replyTo ? "What this answers was deleted." : ""),
          one.deletedAt === null ? one.content : "This message was deleted.",
          one.pinnedAt === null ? "" : "📌",
          one.editedAt === null ? "" : "edited",
          one.reactions.map(({ emoji, count }) => `${emoji} ${count}`).join(""),
        ].join("|"),
  );

/** The same of a terminal that has just been asked for its history. */
function forTerminal(messages: readonly Message[], me: string): readonly string[] {
  return messages.map((one) => {
    const { seq, type, sender, replyTo, deletedAt, editedAt, pinnedAt, reactions } = one;
    if (type === "system") return `#${seq} * ${systemText(one, youFor(me))}`;
    const quote = replyTo
      ? `↪ ${replyTo.preview ? `${youFor(me)(replyTo.preview.sender.id)}: ${replyTo.preview.content}` : `#${replyTo.seq}`} `
      : "";
    const signs = [
      editedAt === null ? "" : " (edited)",
      ...reactions.map(({ emoji, count }) => ` ${emoji}${count > 1 ? ` ${count}` : ""}`),
      pinnedAt === null ? "" : " 📌",
    ].join("");
    return `#${seq} ${youFor(me)(sender.id)}: ${quote}${deletedAt === null ? one.content + signs : "(deleted)"}`;
  });
}

let asked = 0;
/** Has the terminal show its history, and reads it. */
async function shownInTerminal(terminal: PseudoTerminal): Promise<readonly string[]> {
  // Another number each time tells its answer from the one before.
  const command = `/history ${(asked += 1) + 100}`;
  terminal.type(`${command}${KEYS.enter}`);
  await terminal.shows(`> ${command}`);
  await terminal.shows(new RegExp(`> ${command}\\n[^]*#\\d`));
  const rows = terminal.rows();
  const lines: string[] = [];
  for (const row of rows.slice(rows.lastIndexOf(`> ${command}`) + 1)) {
    const [, begun] = /^\d\d:\d\d (#\d+ .*)$/.exec(row) ?? [];
    if (begun !== undefined) lines.push(begun);
    else if (row.startsWith(" ".repeat(6)) && lines.length > 0) lines.push(`${lines.pop()} ${row.trim()}`);
  }
  return lines.map((line) => line.replace(/ ✓+$/, ""));
}

const online = (page: Page): Promise<void> => page.locator("[data-connection=online]").waitFor();

test.skipIf(!hasPython)(
  "two windows and a terminal end alike, whatever is done in the group while all sockets are cut again and again",
  async () => {
    const { httpUrl, wsUrl } = file.cloud();
    const options = { viewport: { width: 1100, height: 1000 } };
    const [alice, bob] = [await visit(file, "alice", options), await visit(file, "bob", options)];
    const carol = unique("carol");
    const where = ["--http-url", httpUrl, "--ws-url", wsUrl, "--no-data"];
    const terminal = startChatOnTerminal([carol, ...where], { columns: 100, rows: 50 });
    const type = (line: string): void => terminal.type(`${line}${KEYS.enter}`);
    const cut = (): Promise<void> => cutAllSockets(file);
    await terminal.shows("/open USER begins");

    await makeGroup(alice, "Trip", [bob]);
    await item(bob.page, "Trip").click();
    await say(alice.page, "lunch at noon?");
    await say(alice.page, "nonsense");
    await message(bob.page, "nonsense").waitFor();
    await cut();
    await details(alice.page);
    await alice.page.getByLabel("Title").fill("Trip to Rome");
    await alice.page.getByRole("button", { name: "Rename" }).click();
    await alice.page.getByLabel("Add by id").fill(carol);
    await alice.page.getByRole("button", { name: "Add", exact: true }).click();
    await alice.page.getByText("3 members").first().waitFor();
    await draw(alice.page, "three-details");
    await alice.page.getByRole("button", { name: "Close" }).click();
    await Promise.all([alice.page, bob.page].map(online));

    await terminal.shows("Online again.");
    type("/open Trip to Rome");
    await terminal.shows("nonsense");
    await cut();
    type("/reply 2 gladly");
    type("/react 2 👍");
    await act(bob.page, "lunch at noon?", "React with 👍");
    await act(alice.page, "lunch at noon?", "Pin");
    await act(alice.page, "nonsense", "Delete…");
    await saying(alice.page, "nonsense").getByRole("button", { name: "Delete for everybody" }).click();
    await message(bob.page, "gladly").waitFor();
    await cut();
    await act(bob.page, "gladly", "Reply");
    await say(bob.page, "and where?");
    await act(alice.page, "lunch at noon?", "Edit");
    await alice.page.getByLabel("The message anew").fill("lunch at one?");
    await alice.page.getByLabel("The message anew").press("Enter");
    type("by the river");
    await saying(alice.page, "by the river").waitFor();
    await saying(alice.page, "and where?").waitFor();
    await cut();
    type("/edit by the bridge");
    await act(alice.page, "and where?", "React with 🎉");

    // Bob leaves, and comes back.
    await details(bob.page);
    await bob.page.getByRole("button", { name: "Leave the group…" }).click();
    await bob.page.getByRole("button", { name: "Leave for good" }).click();
    await bob.page.locator(".empty").getByText("You are no longer in “Trip to Rome”.").waitFor();
    await cut();
    await saying(alice.page, "by the bridge").waitFor();
    await say(alice.page, "bob?");
    await details(alice.page);
    await alice.page.getByLabel("Add by id").fill(bob.id);
    await alice.page.getByRole("button", { name: "Add", exact: true }).click();
    await alice.page.getByText("3 members").first().waitFor();
    await alice.page.getByRole("button", { name: "Close" }).click();
    await item(bob.page, "Trip to Rome").click();
    await cut();
    await say(bob.page, "here again");
    await terminal.shows("here again");
    type("/react 10 👍");
    await act(bob.page, "here again", "Delete…");
    await saying(bob.page, "here again").getByRole("button", { name: "Delete for everybody" }).click();
    await cut();
    await say(alice.page, "till Sunday!");
    await Promise.all([saying(bob.page, "till Sunday!").waitFor(), terminal.shows("till Sunday!")]);

    await withCast(file.cloud(), async (cast) => {
      const device = await (await cast.withId(alice.id)).connect();
      const { conversations } = (
        await (
          await cast.withId(alice.id)
        ).get<{ conversations: { id: string; title: string }[] }>("/api/conversations")
      ).body;
      const conversationId = conversations.find(({ title }) => title === "Trip to Rome")!.id;
      const stored = async (): Promise<readonly Message[]> => {
        const fields = { conversationId, afterSeq: 0, afterRev: 0, limit: 100 };
        const { messages, hasMore } = await device.ask("sync", fields);
        expect(hasMore).toBe(false);
        return messages;
      };
      // All that waited is there.
      await expect.poll(async () => (await stored()).filter(({ rev }) => rev > 0).length).toBe(6);
      for (const { page, id } of [alice, bob])
        await expect.poll(() => shownInWindow(page)).toEqual(forWindow(await stored(), id));
      await expect.poll(() => shownInTerminal(terminal)).toEqual(forTerminal(await stored(), carol));
      const texts = (await stored()).flatMap(({ type, content }) => (type === "text" ? [content] : []));
      expect(texts.toSorted()).toEqual(
        ["", "", "and where?", "bob?", "by the bridge", "gladly", "lunch at one?", "till Sunday!"].toSorted(),
      );
    });
    await draw(alice.page, "three-alice");
    await draw(bob.page, "three-bob");
  },
);
