/** Draws the pictures of the page in docs/images: `npm run docs:pictures`. Emoji need fonts-noto-color-emoji. */
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { Cast, conversationOf } from "../support/cast.ts";
import { seedHistory, type SeededMessage } from "../support/seed-history.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";
import { act, makeGroup, saying } from "./group-page.ts";
import { CONVERSATIONS, GROUP, LIVE, ME, WITH } from "./pictured-conversations.ts";

const ROOT = join(import.meta.dirname, "../..");
const IMAGES = join(ROOT, "docs/images");
const SITE = join(ROOT, "client/page/dist");
const MOST_BYTES = 200 * 1024;
const MINUTE_MS = 60_000;

const PICTURES: Readonly<Record<string, BrowserContextOptions>> = {
  "page-light": { viewport: { width: 1100, height: 720 }, colorScheme: "light" },
  "page-dark": { viewport: { width: 1100, height: 720 }, colorScheme: "dark" },
  "page-phone": { viewport: { width: 390, height: 780 }, colorScheme: "light" },
};

/** Histories as they would have grown over days, with who is there now. */
async function seed(cloud: RunningCloud, cast: Cast): Promise<void> {
  const me = await cast.userWithId(ME, { displayName: ME });
  const now = Date.now();
  for (const { name, isOnline, unread, lines } of CONVERSATIONS) {
    const peer = await cast.userWithId(name, { displayName: name });
    if (isOnline) await peer.connect();
    const conversationId = await conversationOf(me, peer);
    const messages = lines.map(([minutesAgo, isMine, content]): SeededMessage => ({
      senderId: isMine ? me.id : peer.id,
      content,
      createdAt: now - minutesAgo * MINUTE_MS,
    }));
    const readSeqs = [messages.length - unread, messages.length] as const;
    await seedHistory(cloud, { conversationId, userIds: [me.id, peer.id], readSeqs, messages });
  }
}

async function open(cloud: RunningCloud, browser: Browser, name: string, options: BrowserContextOptions) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  await page.goto(`${cloud.httpUrl}/?as=${encodeURIComponent(name)}`);
  await page.locator("[data-connection=online]").waitFor();
  return page;
}

async function openChat(page: Page, name: string): Promise<void> {
  await page.locator(".item", { hasText: name }).click();
  await page.getByRole("heading", { name, level: 2 }).waitFor();
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message to").fill(text);
  await page.keyboard.press("Enter");
}

async function drawAll(cloud: RunningCloud, browser: Browser): Promise<void> {
  const other = await open(cloud, browser, WITH, {});
  await openChat(other, ME);
  let isFirst = true;
  for (const [name, options] of Object.entries(PICTURES)) {
    const page = await open(cloud, browser, ME, options);
    await openChat(page, WITH);
    if (isFirst)
      for (const [isMine, text] of LIVE) await sayTo(isMine ? page : other, text, [isMine ? other : page]);
    isFirst = false;
    const [, last] = LIVE.at(-1)!;
    await page.locator(".message", { hasText: last }).getByRole("img", { name: /^Read/ }).waitFor();
    await other.getByLabel("Message to").fill("");
    await other.getByLabel("Message to").pressSequentially("See you");
    await page.locator(".typing", { hasText: "is typing" }).waitFor();
    await drawAs(page, name);
    await page.context().close();
  }
  await other.context().close();
}

/** A group of three: an answer, reactions, a mention, and who has read. */
async function drawGroup(cloud: RunningCloud, browser: Browser): Promise<void> {
  const page = await open(cloud, browser, ME, PICTURES["page-light"]!);
  const [sam, mei] = [await open(cloud, browser, WITH, {}), await open(cloud, browser, GROUP.third, {})];
  await makeGroup({ page }, GROUP.title, [{ id: WITH }, { id: GROUP.third }]);
  for (const one of [sam, mei]) await openChat(one, GROUP.title);
  await sayTo(mei, GROUP.question, [page, sam]);
  await act(page, GROUP.question, "Reply");
  await sayTo(page, GROUP.answer, [sam, mei]);
  await act(sam, GROUP.answer, "React with 👍");
  await act(mei, GROUP.answer, "React with 👍");
  await sayTo(sam, GROUP.thanks, [page, mei]);
  await sayTo(page, GROUP.last, [sam, mei]);
  await page
    .getByRole("img", { name: /^Read by everybody|^Read by .*, / })
    .last()
    .waitFor();
  await page.getByRole("button", { name: "👍 2" }).waitFor();
  await page.getByLabel("Message to").pressSequentially(GROUP.begun);
  await page.getByRole("option").first().waitFor();
  await drawAs(page, "page-group");
}

/** Says something, and waits until it is with the others. */
async function sayTo(from: Page, text: string, others: readonly Page[]): Promise<void> {
  await say(from, text);
  for (const page of others) await saying(page, text).waitFor();
}

async function drawAs(page: Page, name: string): Promise<void> {
  const path = join(IMAGES, `${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  process.stdout.write(`${path}: ${size} bytes\n`);
  if (size > MOST_BYTES) throw new Error("A picture of more than 200 KB.");
}

execFileSync(process.execPath, [join(ROOT, "client/page/build-if-changed.mjs")], { stdio: "inherit" });
const cloud = await startParley({ args: ["--site", SITE], context: { presenceGraceSeconds: 0 } });
const cast = new Cast(cloud);
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  await seed(cloud, cast);
  await drawAll(cloud, browser);
  await drawGroup(cloud, browser);
} finally {
  await browser.close();
  await cast.leave();
  await cloud.stop();
}
