import type { Page } from "playwright-core";
import { afterEach, expect } from "vitest";
import { browserFile, openView, test, withCast } from "./browser-test.ts";

const file = browserFile();
const faultsUrl = (): string => `${file.cloud().httpUrl}/_local/faults`;

afterEach(async () => {
  await fetch(faultsUrl(), { method: "DELETE" });
});

const current = async (): Promise<Record<string, unknown>> =>
  (await (await fetch(faultsUrl())).json()) as Record<string, unknown>;

const switchOf = (page: Page, title: string) => page.getByRole("switch", { name: title });
const fieldOf = (page: Page, kind: string, label: string) =>
  page.locator(`[data-kind="${kind}"] .fields`).getByLabel(label);

test("a fault takes effect when it is switched on and ends when it is switched off", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const user = await cast.user("unlucky");
    await openView(page, cloud);
    expect(await page.locator("#alarm").isVisible()).toBe(false);
    await fieldOf(page, "database-error", "error").selectOption("InternalServerError");
    await fieldOf(page, "database-error", "of calls").fill("100");
    await switchOf(page, "Fail database calls").click();
    await page.locator("#alarm", { hasText: "Faults on: Fail database calls" }).waitFor();
    expect(await current()).toMatchObject({ database: { error: "InternalServerError", share: 1 } });
    expect((await user.get("/api/conversations")).status).toBe(500);
    const failed = page.locator(".request.faulty").first();
    await failed.locator("summary").click();
    await failed.locator(".call-table", { hasText: "InternalServerError (by a fault)" }).waitFor();

    await switchOf(page, "Fail database calls").click();
    await page.locator("#alarm").waitFor({ state: "hidden" });
    expect(await current()).toEqual({});
    expect((await user.get("/api/conversations")).status).toBe(200);
  });
});

test("a kill switches itself off when it is used up", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const user = await cast.user("victim");
    await openView(page, cloud);
    await fieldOf(page, "kill", "function").selectOption("HttpFunction");
    await switchOf(page, "Kill a function").focus();
    await page.keyboard.press("Space");
    await expect.poll(current).toMatchObject({
      kill: { function: "HttpFunction", when: "before", call: 1, times: 1 },
    });
    // The page learns what is in force after the cloud does: hidden means nothing until the alarm was seen.
    await page.locator("#alarm", { hasText: "Faults on: Kill a function" }).waitFor();
    expect((await user.get("/api/conversations")).status).toBe(500);
    await page.locator("#alarm").waitFor({ state: "hidden" });
    expect(await switchOf(page, "Kill a function").isChecked()).toBe(false);
    expect((await user.get("/api/conversations")).status).toBe(200);
  });
});

test("every switch says what it means, they add up, and one button clears them", async ({ page }) => {
  await openView(page, file.cloud());
  await page.getByLabel("seed").fill("7");
  const titles = await page.getByRole("switch").count();
  for (let index = 0; index < titles; index += 1) await page.getByRole("switch").nth(index).click();
  await expect.poll(current).toEqual({
    seed: 7,
    loseDisconnect: 1,
    push: [{ status: 410, share: 1 }],
    kill: { function: "WebSocketFunction", when: "before", call: 1, times: 1 },
    database: { error: "ProvisionedThroughputExceededException", share: 0.5, delayMs: 200 },
    stream: { delayMs: 2000, duplicateShare: 0.5 },
    idleMs: 10_000,
    lifetimeMs: 30_000,
    clockSkewMs: { WebSocketFunction: 5000 },
  });
  await fieldOf(page, "delivery-twice", "of batches").fill("12.5");
  await fieldOf(page, "clock", "by").fill("-3000");
  await fieldOf(page, "clock", "by").press("Enter");
  await expect.poll(current).toMatchObject({
    stream: { delayMs: 2000, duplicateShare: 0.125 },
    clockSkewMs: { WebSocketFunction: -3000 },
  });
  await page.getByRole("button", { name: "Clear all faults" }).click();
  await page.locator("#alarm").waitFor({ state: "hidden" });
  expect(await current()).toEqual({});
  await expect.poll(() => page.locator("[role=switch]:checked").count()).toBe(0);
});

test("faults set by another hand show, and those without a switch are kept", async ({ page }) => {
  const push = [
    { status: 429, share: 0.25, connectionId: "one" },
    { status: 500, share: 1, connectionId: "two" },
  ];
  await openView(page, file.cloud());
  await fetch(faultsUrl(), { method: "POST", body: JSON.stringify({ push, kill: kill("http") }) });
  await page.locator("#alarm", { hasText: "Refuse pushes, Kill a function, others" }).waitFor();
  expect(await fieldOf(page, "push", "of posts").inputValue()).toBe("25");
  expect(await fieldOf(page, "kill", "function").inputValue()).toBe("HttpFunction");
  await page.locator("#faults-elsewhere", { hasText: '"connectionId":"two"' }).waitFor();
  await switchOf(page, "Lose $disconnect").click();
  await expect.poll(current).toMatchObject({ loseDisconnect: 1, push });
});

test("a refused value is explained, and the switch stays off", async ({ page }) => {
  await openView(page, file.cloud());
  await fieldOf(page, "lose-disconnect", "of them").fill("150");
  await switchOf(page, "Lose $disconnect").click();
  await page
    .getByRole("alert")
    .filter({ hasText: /of them.*100/ })
    .waitFor();
  await expect.poll(() => switchOf(page, "Lose $disconnect").isChecked()).toBe(false);
  expect(await current()).toEqual({});
});

test("a cut ends that socket alone, and leaves the other faults as they are", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const [cut, kept] = await cast.users("cut", "kept");
    if (cut === undefined || kept === undefined) throw new Error("Two people are needed.");
    const [ending, staying] = [await cut.connect(), await kept.connect()];
    await fetch(faultsUrl(), { method: "POST", body: JSON.stringify({ seed: 3, idleMs: 600_000 }) });
    await openView(page, cloud);
    await page.locator("#alarm", { hasText: "Shorten the idle limit" }).waitFor();
    await page.locator(".connection", { hasText: cut.id }).getByRole("button", { name: "Cut" }).click();
    expect((await ending.closed).code).toBe(1006);
    await page.locator(".connection", { hasText: cut.id }).waitFor({ state: "detached" });
    await staying.ping();
    expect(await current()).toEqual({ seed: 3, idleMs: 600_000 });
  });
});

const kill = (name: string) => ({ function: name, when: "after", call: 99, times: 2 });
