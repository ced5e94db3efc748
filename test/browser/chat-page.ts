import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { unique } from "../support/cast.ts";
import type { BrowserFile } from "./browser-test.ts";

const PAGE = join(import.meta.dirname, "../../client/page");

/** The arguments that have the cloud serve the page, built if its sources have changed. */
export function servedPage(): readonly string[] {
  execFileSync(process.execPath, [join(PAGE, "build-if-changed.mjs")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return ["--site", join(PAGE, "dist")];
}

/** Somebody at a browser of their own. */
export interface Visitor {
  readonly id: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Another tab of the same browser and user. */
  tab(): Promise<Page>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** What is to be so before the page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

/** Signs somebody in, whose browser closes with the test; an exception in a page of it fails the test. */
export async function visit(
  file: BrowserFile,
  name: string,
  { prepare, ...options }: VisitOptions = {},
  id = unique(name),
): Promise<Visitor> {
  const context = await file.context({ viewport: { width: 1100, height: 760 }, locale: "en-GB", ...options });
  const failures: string[] = [];
  onTestFinished(async () => {
    await context.close();
    expect(failures).toEqual([]);
  });
  await prepare?.(context);
  const tab = async (): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => failures.push(error.stack ?? error.message));
    await page.goto(`${file.cloud().httpUrl}/?as=${id}`);
    await page.locator("[data-connection=online]").waitFor();
    return page;
  };
  return { id, context, page: await tab(), tab };
}

/** Opens the chat of both, in both browsers. */
export async function meet(one: Visitor, other: Visitor): Promise<void> {
  await begin(one.page, other.id);
  await begin(other.page, one.id);
}

export async function begin(page: Page, userId: string): Promise<void> {
  await page.getByLabel("Begin a chat with").fill(userId);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { name: userId, level: 2 }).waitFor();
}

export const message = (page: Page, text: string): Locator => page.locator(".message", { hasText: text });

export const composer = (page: Page): Locator => page.getByLabel("Message to");

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** At once, and measured: a wheel's scrolling would go on for a while. */
export async function scrollMessagesTo(page: Page, pixels: number): Promise<void> {
  await page.evaluate(`document.querySelector(".message-scroller").scrollTop = ${pixels}`);
  await page.evaluate(
    "new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(shown))))",
  );
}

/** Set, it is the folder that states of the page are drawn into, to be looked at. */
const drawn = process.env["DRAW_INTO"];

export async function draw(page: Page, name: string): Promise<void> {
  if (drawn !== undefined) await page.screenshot({ path: `${drawn}/${name}.png` });
}

/** Cuts as a fault: a browser that is set offline keeps the sockets it has. */
export async function cutSocketsOf(file: BrowserFile, userId: string): Promise<void> {
  const { httpUrl } = file.cloud();
  const { connections } = (await (await fetch(`${httpUrl}/_local/state`)).json()) as {
    readonly connections: readonly { readonly id: string; readonly user: string | null }[];
  };
  const own = connections.filter(({ user }) => user === userId);
  expect(own.length).toBeGreaterThan(0);
  for (const { id } of own) {
    await fetch(`${httpUrl}/_local/faults`, { method: "POST", body: JSON.stringify({ cut: id }) });
  }
}

/** Cuts every socket of the cloud at once. */
export async function cutAllSockets(file: BrowserFile): Promise<void> {
  const body = JSON.stringify({ cut: "all" });
  const { status } = await fetch(`${file.cloud().httpUrl}/_local/faults`, { method: "POST", body });
  expect(status).toBe(204);
}
