import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unique } from "../support/cast.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";
import { servedPage } from "./chat-page.ts";
import { ENTER, startFirefox, type Firefox, type FirefoxPerson, type FirefoxTab } from "./firefox.ts";

const PATH = process.env["FIREFOX"] ?? "/usr/bin/firefox-esr";
const isThere = existsSync(PATH);
if (!isThere) {
  process.stderr.write(`Firefox is not at ${PATH} (apt-get install firefox-esr): its tests are skipped.\n`);
}

const texts = "[...document.querySelectorAll('.message .text')].map((text) => text.textContent)";

const shown = (tab: FirefoxTab, expression: string) =>
  expect.poll(() => tab.evaluate(expression), { interval: 200 });

describe.skipIf(!isThere)("in Firefox", () => {
  let firefox: Firefox;
  let cloud: RunningCloud;
  beforeAll(async () => {
    const args = servedPage();
    [firefox, cloud] = await Promise.all([
      startFirefox(PATH),
      startParley({ args, context: { presenceGraceSeconds: 0 } }),
    ]);
  });
  afterAll(async () => {
    await firefox?.stop();
    await cloud?.stop();
  });

  interface Visitor {
    readonly id: string;
    readonly person: FirefoxPerson;
    readonly page: FirefoxTab;
    tab(): Promise<FirefoxTab>;
  }

  async function visit(name: string): Promise<Visitor> {
    const [id, person] = [unique(name), await firefox.person()];
    const tab = async (): Promise<FirefoxTab> => {
      const page = await person.tab(`${cloud.httpUrl}/?as=${id}`);
      await shown(page, "document.querySelector('[data-connection=online]') !== null").toBe(true);
      return page;
    };
    return { id, person, page: await tab(), tab };
  }

  async function begin(page: FirefoxTab, userId: string): Promise<void> {
    await page.evaluate("document.querySelector('.begin input').focus()");
    await page.type(userId + ENTER);
    await shown(page, "document.querySelector('h2')?.textContent").toBe(userId);
    await shown(page, "document.activeElement.tagName").toBe("TEXTAREA");
  }

  async function meet(one: Visitor, other: Visitor): Promise<void> {
    await begin(one.page, other.id);
    await begin(other.page, one.id);
  }

  async function cutSocketsOf(userId: string): Promise<void> {
    const { connections } = (await (await fetch(`${cloud.httpUrl}/_local/state`)).json()) as {
      readonly connections: readonly { readonly id: string; readonly user: string | null }[];
    };
    const own = connections.filter(({ user }) => user === userId);
    expect(own.length).toBeGreaterThan(0);
    for (const { id } of own) {
      await fetch(`${cloud.httpUrl}/_local/faults`, { method: "POST", body: JSON.stringify({ cut: id }) });
    }
  }

  const isPending = "document.querySelector('.message[data-state=pending]') !== null";
  const banner = "document.querySelector('.banner')?.textContent ?? ''";

  test("what one types the other sees, also after a time without a network, once", async () => {
    const [alice, bob] = [await visit("alice"), await visit("bob")];
    await meet(alice, bob);
    await alice.page.type(`Hello 🎉${ENTER}`);
    await shown(bob.page, texts).toEqual(["Hello 🎉"]);
    await alice.person.setOffline(true);
    await cutSocketsOf(alice.id);
    await shown(alice.page, banner).toContain("Offline");
    await alice.page.type(`through the dark${ENTER}`);
    await shown(alice.page, isPending).toBe(true);
    await alice.person.setOffline(false);
    await shown(bob.page, texts).toEqual(["Hello 🎉", "through the dark"]);
    await bob.page.type(`seen${ENTER}`);
    await shown(alice.page, texts).toEqual(["Hello 🎉", "through the dark", "seen"]);
    await shown(alice.page, banner).toBe("");
  });

  test("two tabs have one outbox, and what was not sent survives them", async () => {
    const [alice, bob] = [await visit("alice"), await visit("bob")];
    await meet(alice, bob);
    const second = await alice.tab();
    await begin(second, bob.id);
    await alice.person.setOffline(true);
    await cutSocketsOf(alice.id);
    await alice.page.type(`from the first${ENTER}`);
    await second.type(`from the second${ENTER}`);
    await shown(alice.page, isPending).toBe(true);
    await shown(second, isPending).toBe(true);
    await alice.person.setOffline(false);
    await shown(bob.page, `${texts}.sort()`).toEqual(["from the first", "from the second"]);
    // Gone before it can be sent: the tab that opens next sends it.
    await alice.person.setOffline(true);
    await cutSocketsOf(alice.id);
    await alice.page.type(`before the end${ENTER}`);
    await shown(alice.page, isPending).toBe(true);
    await second.close();
    await alice.page.close();
    await alice.person.setOffline(false);
    const third = await alice.tab();
    await shown(bob.page, `${texts}.sort()`).toEqual(["before the end", "from the first", "from the second"]);
    await begin(third, bob.id);
    await shown(third, `${texts}.length`).toBe(3);
  });
});
