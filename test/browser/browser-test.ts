import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, expect, inject, test as base } from "vitest";
import { Cast } from "../support/cast.ts";
import { startParley, type RunningCloud, type StartParleyOptions } from "../support/start-parley.ts";

/** Chromium asks nobody by itself, and whatever it asks for it finds on this machine only. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** A page of a real browser, and what it complained of. */
export interface WatchedPage extends Page {
  /** Console errors, warnings and uncaught exceptions; what is left in it at the end fails the test. */
  readonly complaints: string[];
}

const executablePath = inject("chromium");

/** The part of a file that needs Chromium: a cloud and a browser of the file's own. */
export function browserFile(options: StartParleyOptions = {}): BrowserFile {
  let cloud: RunningCloud | undefined;
  beforeAll(async () => {
    if (executablePath === null) return;
    [cloud, browser] = await Promise.all([
      startParley({ context: { presenceGraceSeconds: 0 }, ...options }),
      chromium.launch({ executablePath, args: ARGUMENTS }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.stop();
  });
  return {
    cloud: () => {
      if (cloud === undefined) throw new Error("The cloud has not been started.");
      return cloud;
    },
    context: (options) => running().newContext(options),
  };
}

export interface BrowserFile {
  cloud(): RunningCloud;
  /** Another browser, as it were: with storage and network of its own. Its caller closes it. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
}

function running(): Browser {
  if (browser === undefined) throw new Error("The browser has not been started.");
  return browser;
}

let browser: Browser | undefined;

const withPage = base.extend<{ page: WatchedPage }>({
  // vitest reads the parameters' pattern; an empty one says that nothing else is needed.
  page: async ({}, use) => {
    const context = await running().newContext({ viewport: { width: 1400, height: 900 } });
    const complaints: string[] = [];
    const asked: string[] = [];
    const page = Object.assign(await context.newPage(), { complaints });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.setDefaultTimeout(2 * 60_000);
    page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
    page.on("dialog", (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on("request", (request) => asked.push(request.url()));
    await use(page);
    await context.close();
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !isLocal(url))).toEqual([]);
  },
});

const isLocal = (url: string): boolean => url.startsWith("data:") || new URL(url).hostname === "127.0.0.1";

/** A test with a page; skipped without Chromium. */
export const test = withPage.skipIf(executablePath === null) as typeof withPage;

/** Opens the local cloud's page and waits for its first answer. */
export async function openView(page: Page, cloud: RunningCloud): Promise<void> {
  await page.goto(`${cloud.httpUrl}/_local/`);
  await page.locator("#poll", { hasText: "live" }).waitFor();
}

/** People for one test; their sockets close when `work` is done. */
export async function withCast<T>(cloud: RunningCloud, work: (cast: Cast) => Promise<T>): Promise<T> {
  const cast = new Cast(cloud);
  try {
    return await work(cast);
  } finally {
    await cast.leave();
  }
}
