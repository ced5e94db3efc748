import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished } from "vitest";
import { unique } from "../support/cast.ts";
import { browserFile, test } from "./browser-test.ts";
import { begin, servedPage } from "./chat-page.ts";
import { type DeployedPage, serveDeployedPage } from "./deployed-page.ts";
import { type FakeIssuer, startFakeIssuer } from "./fake-issuer.ts";

const file = browserFile({ args: servedPage() });
const DIST = join(import.meta.dirname, "../../client/page/dist");
const hasBrowser = inject("chromium") !== null;

let issuer: FakeIssuer;
let site: DeployedPage;
/** Signs out as with Cognito: by parameters of its own. */
let cognito: DeployedPage;

beforeAll(async () => {
  if (!hasBrowser) return;
  const { httpUrl, wsUrl } = file.cloud();
  issuer = await startFakeIssuer(async (userId, expiresInSeconds) => {
    const body = JSON.stringify({ userId, displayName: userId, expiresInSeconds });
    const response = await fetch(`${httpUrl}/_local/token`, { method: "POST", body });
    return ((await response.json()) as { token: string }).token;
  });
  const addresses = { httpUrl, wsUrl, issuerUrl: issuer.url };
  const signIn = { authority: issuer.url, clientId: "page", scope: "openid offline_access", token: "id" };
  site = await serveDeployedPage(DIST, addresses, () => signIn);
  cognito = await serveDeployedPage(DIST, addresses, (home) => ({
    ...signIn,
    signOutUrl: `${issuer.url}/logout?client_id=page&logout_uri=${home}`,
  }));
});
afterAll(async () => {
  if (hasBrowser) await Promise.all([site.stop(), cognito.stop(), issuer.stop()]);
});

interface Guest {
  readonly id: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page's policies have forbidden. */
  readonly violations: string[];
}

/** Somebody at a browser of their own, before the page, not signed in. */
async function come(name: string, at = site): Promise<Guest> {
  const context = await file.context({ viewport: { width: 1100, height: 760 } });
  onTestFinished(() => context.close());
  const violations: string[] = [];
  await context.exposeFunction("violated", (what: string) => violations.push(what));
  await context.addInitScript(`document.addEventListener("securitypolicyviolation", (event) => {
    violated(event.effectiveDirective + " " + event.blockedURI);
  })`);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(at.url);
  return { id: unique(name), page, context, violations };
}

async function signIn({ page, id }: Guest): Promise<void> {
  Object.assign(issuer, { userId: id, refusal: null, lifetimeSeconds: 3600, renews: true });
  issuer.asked.length = 0;
  await page.getByRole("button", { name: "Sign in" }).click();
  await online(page);
}

const online = (page: Page): Promise<void> => page.locator("[data-connection=online]").waitFor();
const message = (page: Page, text: string) => page.locator(".message", { hasText: text });

describe("a deployed page", () => {
  test("is signed in to on the issuer's page, and chats, and asks for nothing that its policy forbids", async () => {
    const alice = await come("alice");
    await signIn(alice);
    expect(issuer.asked).toEqual(["authorize", "code"]);
    expect(new URL(alice.page.url()).search).toBe("");
    const bob = await come("bob");
    await signIn(bob);
    await begin(alice.page, bob.id);
    await alice.page.getByLabel("Message to").fill("Hello https://example.com");
    await alice.page.getByLabel("Message to").press("Enter");
    await begin(bob.page, alice.id);
    await message(bob.page, "Hello").waitFor();
    await message(alice.page, "Hello")
      .getByRole("img", { name: /^(Sent|Read)/ })
      .waitFor();
    expect([...alice.violations, ...bob.violations]).toEqual([]);
  });

  test("has what makes tokens, and the group that all may join, in a file that is not deployed", () => {
    const assets = join(DIST, "assets");
    const local = readdirSync(assets).filter((name) =>
      /_local\/token|lobby-host/.test(readFileSync(join(assets, name), "utf8")),
    );
    expect(local).toEqual([expect.stringMatching(/^local-cloud-[\w-]+\.js$/)]);
  });

  test("runs no script of a document's, and talks to nobody else, whatever gets into it", async () => {
    const { page, violations } = await come("mallory");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    const elsewhere = "https://elsewhere.example/";
    const hasRun = await page.evaluate<boolean>(`(async () => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken over'";
      document.head.append(script);
      await fetch("${elsewhere}").catch(() => undefined);
      return document.title === "taken over";
    })()`);
    expect(hasRun).toBe(false);
    // The address elsewhere is forbidden by the header and by the document.
    const elsewhereForbidden = `connect-src ${elsewhere}`;
    await expect
      .poll(() => violations.toSorted(), { timeout: 20_000 })
      .toEqual([elsewhereForbidden, elsewhereForbidden, "script-src-elem inline"]);
  });

  test("stays signed in over a reload, with the conversation that was open", async () => {
    const alice = await come("alice");
    await signIn(alice);
    const bob = await come("bob");
    await signIn(bob);
    await begin(alice.page, bob.id);
    const address = alice.page.url();
    await alice.page.reload();
    await online(alice.page);
    await alice.page.getByRole("heading", { name: bob.id, level: 2 }).waitFor();
    expect(alice.page.url()).toBe(address);
    // In another tab one signs in too, and comes back to where one wanted to go.
    const tab = await alice.context.newPage();
    await tab.goto(address);
    await signIn({ ...alice, page: tab });
    await tab.getByRole("heading", { name: bob.id, level: 2 }).waitFor();
  });

  test("has a token renewed that has ended, and asks nobody", async () => {
    const alice = await come("alice");
    Object.assign(issuer, { userId: alice.id, refusal: null, lifetimeSeconds: 0, renews: true });
    issuer.asked.length = 0;
    await alice.page.getByRole("button", { name: "Sign in" }).click();
    await online(alice.page);
    expect(issuer.asked).toEqual(["authorize", "code", "refresh"]);
  });

  test("says that a session has ended, and offers to sign in again", async () => {
    const alice = await come("alice");
    Object.assign(issuer, { userId: alice.id, refusal: null, lifetimeSeconds: 0, renews: false });
    await alice.page.getByRole("button", { name: "Sign in" }).click();
    await alice.page.getByRole("alert").getByText("Your session has ended").waitFor();
    await signIn(alice);
    expect(alice.violations).toEqual([]);
  });

  test("says why signing in was refused, and offers it again", async () => {
    const alice = await come("alice");
    issuer.refusal = { error: "access_denied", description: "Ask your administrator." };
    await alice.page.getByRole("button", { name: "Sign in" }).click();
    await alice.page.getByText("Signing in was refused: Ask your administrator.").waitFor();
    expect(new URL(alice.page.url()).search).toBe("");
    expect(await stored(alice.page)).toEqual([]);
    await signIn(alice);
  });

  test("says that the issuer does not answer, and offers it again", async () => {
    const alice = await come("alice");
    await alice.page.route(`${issuer.url}/**`, (route) => route.abort());
    await alice.page.getByRole("button", { name: "Sign in" }).click();
    await alice.page.getByText("The page to sign in on cannot be reached. Try again.").waitFor();
    await alice.page.unroute(`${issuer.url}/**`);
    await signIn(alice);
  });

  test.for([
    ["as OpenID Connect has it", () => site, "/end-session id_token_hint post_logout_redirect_uri"],
    ["as Cognito has it", () => cognito, "/logout client_id logout_uri"],
  ] as const)("leaves nothing once signed out, %s", async ([, at, asked]) => {
    const alice = await come("alice", at());
    await signIn(alice);
    expect(await stored(alice.page)).not.toEqual([]);
    await alice.page.getByRole("button", { name: "Sign out" }).click();
    await expect.poll(() => issuer.asked.slice(-2)).toEqual(["revoke", asked]);
    await alice.page.waitForURL(at().url);
    await alice.page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await stored(alice.page)).toEqual([]);
    await alice.page.reload();
    await alice.page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(alice.violations).toEqual([]);
  });
});

const STORED = `(async () => {
  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const keys = [...Object.keys(sessionStorage), ...Object.keys(localStorage)];
  for (const { name } of await indexedDB.databases()) {
    const database = await answer(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      keys.push(...(await answer(database.transaction(store).objectStore(store).getAllKeys())));
    }
    database.close();
  }
  return keys.map(String);
})()`;

/** Names of everything that the page keeps in this browser. */
const stored = (page: Page): Promise<string[]> => page.evaluate<string[]>(STORED);
