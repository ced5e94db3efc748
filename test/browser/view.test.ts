import { expect } from "vitest";
import { unique } from "../support/cast.ts";
import { browserFile, openView, test, withCast } from "./browser-test.ts";

const file = browserFile();
const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;
test("a function's calls show after a request, cold first", async ({ page }) => {
  const cloud = file.cloud();
  await openView(page, cloud);
  const row = page.locator("#function-rows tr", { hasText: "HttpFunction" });
  const before = await row.locator("td").allTextContents();
  await withCast(cloud, (cast) => cast.user("caller"));
  await expect.poll(() => row.locator("td").first().textContent()).not.toBe(before[0]);
  const [calls, cold, warm, errors, p50, p99] = (await row.locator("td").allTextContents()).map(toNumber);
  expect(cold).toBeGreaterThan(0);
  expect((cold ?? 0) + (warm ?? 0)).toBe(calls);
  expect(errors).toBe(0);
  expect(p50).toBeGreaterThan(0);
  expect(p99).toBeGreaterThanOrEqual(p50 ?? NaN);
});

test("a request unfolds to its database calls, with the units the state route tells", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const { alice, conversationId } = await cast.pair();
    await alice.post(`/api/conversations/${conversationId}/messages`, { content: "counted" });
  });
  await openView(page, cloud);
  const row = page
    .locator(".request", { hasText: "POST /api/conversations/{conversationId}/messages" })
    .first();
  await row.locator("summary").click();
  const state = await stateOf(cloud.httpUrl);
  const request = state.requests.find(({ route }) => route.endsWith("/messages"));
  if (request === undefined) throw new Error("The request is not in the state.");
  const calls = row.locator(".call-table tbody tr");
  expect(await calls.locator("th").allTextContents()).toEqual(
    request.databaseCalls.map(({ operation }) => operation),
  );
  expect(request.databaseCalls.map(({ operation }) => operation)).toContain("PutItem");
  const units = `${request.databaseCalls.length} database calls: ${request.readUnits} RRU, ${request.writeUnits} WRU`;
  expect(await row.locator("caption").textContent()).toBe(units);
  expect(request.writeUnits).toBeGreaterThanOrEqual(2);
  const put = calls.filter({ hasText: "PutItem" }).first();
  expect((await put.locator("td").allTextContents()).slice(1, 3)).toEqual(["", "1"]);
});

test("nothing moves while somebody reads: new requests wait behind a button", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const reader = await cast.user("reader");
    await openView(page, cloud);
    await page.locator(".request summary", { hasText: "GET /api/conversations" }).first().focus();
    await page.keyboard.press("Enter");
    const row = page.locator(".request[open]");
    await row.locator(".unfolded").waitFor();
    const before = await row.boundingBox();
    const shown = await page.locator(".request").count();
    await reader.get("/api/conversations?limit=1");
    const fresh = page.locator("#requests-new");
    await fresh.filter({ hasText: /^[1-9]\d* new: show$/ }).waitFor();
    expect(await page.locator(".request").count()).toBe(shown);
    expect(await row.boundingBox()).toEqual(before);
    await fresh.click();
    expect(await page.locator(".request").count()).toBeGreaterThan(shown);
    expect(await row.locator(".unfolded").isVisible()).toBe(true);
  });
});

test("a connection shows with its user and the rooms the table has for it, until it closes", async ({
  page,
}) => {
  const cloud = file.cloud();
  await openView(page, cloud);
  await withCast(cloud, async (cast) => {
    const { alice, conversationId } = await cast.pair();
    const socket = await alice.connect();
    const row = page.locator(".connection", { hasText: alice.id });
    await row.waitFor();
    await row.locator(".mentions", { hasText: `U#${alice.id} / P` }).waitFor();
    expect(await row.textContent()).not.toContain(conversationId);
    await socket.ask("join_conversation", { conversationId });
    await row.locator("dd", { hasText: conversationId }).waitFor();
    await socket.close();
    await row.waitFor({ state: "detached" });
  });
});

test("what people write is text, wherever it shows", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const { alice, conversationId } = await cast.pair();
    const evil = await cast.withId(`${HOSTILE}${unique("")}`, { displayName: HOSTILE });
    await evil.connect();
    await alice.post(`/api/conversations/${conversationId}/messages`, { content: HOSTILE });
    await openView(page, cloud);
    await page.locator(".connection strong", { hasText: HOSTILE }).waitFor();
    await page.locator(".mentions", { hasText: HOSTILE }).first().waitFor();
    await page.getByLabel("pk").fill(`C#${conversationId}`);
    await page.getByRole("button", { name: "Show" }).click();
    const item = page.locator(".item", { hasText: conversationId }).filter({ hasText: "M#" });
    await item.locator("summary").click();
    expect(JSON.parse((await item.locator("pre").textContent()) ?? "")).toMatchObject({ content: HOSTILE });
    expect(await page.locator("img, main script").count()).toBe(0);
  });
});

test("the browser would refuse markup and foreign scripts even if the page made them", async ({ page }) => {
  await openView(page, file.cloud());
  const outcome = await page.evaluate(`(() => {
    try { document.body.innerHTML = "<b>x</b>"; return "made"; } catch (error) { return error.name; }
  })()`);
  expect(outcome).toBe("TypeError");
  await page.evaluate(`document.head.append(Object.assign(document.createElement("link"), {
    rel: "stylesheet", href: "http://127.0.0.1:9/x.css" }))`);
  await expect.poll(() => page.complaints.join("\n")).toContain("Content Security Policy");
  page.complaints.length = 0;
});

test.for([360, 1400])("at %i pixels nothing is wider than the page", async (width, { page }) => {
  const cloud = file.cloud();
  await page.setViewportSize({ width, height: 800 });
  await withCast(cloud, async (cast) => {
    const long = await cast.withId(`x${"y".repeat(200)}${unique("")}`);
    await long.connect();
    await openView(page, cloud);
    await page.locator(".mentions li").first().waitFor();
    await page.locator(".request summary").first().click();
    await page.locator(".item summary").first().click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    const cutOff = `[...document.querySelectorAll("section, .rows, .scroller, .who")]
      .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.id || one.className)`;
    expect(await page.evaluate(cutOff)).toEqual([]);
  });
});

test("a poll that fails says so, and the next good one takes it back", async ({ page }) => {
  await openView(page, file.cloud());
  await page.route("**/_local/state", (route) => route.abort());
  await page.locator("#poll", { hasText: "The local cloud does not answer." }).waitFor();
  await page.unroute("**/_local/state");
  await page.locator("#poll", { hasText: /^live$/ }).waitFor();
  expect(page.complaints.every((text) => text.includes("ERR_FAILED"))).toBe(true);
  page.complaints.length = 0;
});

/** With commas between thousands, as people read it. */
const toNumber = (text: string): number => Number(text.replaceAll(",", ""));

interface State {
  readonly requests: readonly {
    readonly route: string;
    readonly databaseCalls: readonly { readonly operation: string }[];
    readonly readUnits: number;
    readonly writeUnits: number;
  }[];
}

async function stateOf(httpUrl: string): Promise<State> {
  return (await (await fetch(`${httpUrl}/_local/state`)).json()) as State;
}
