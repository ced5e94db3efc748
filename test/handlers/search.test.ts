import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { User } from "../../lambdas/protocol/objects.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Person } from "./person.ts";

let deployment: Deployment;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy();
  handlers = composeMetered(deployment.table);
});
afterAll(() => deployment.stop());

const withDirectory = (directory: string): Omit<Handlers, "postConfirmation"> => {
  process.env["DIRECTORY"] = directory;
  const made = composeMetered(deployment.table);
  process.env["DIRECTORY"] = "prefix";
  return made;
};
/** Two letters no other test begins with. */
const start = (): string => `q${randomBytes(6).toString("hex")}`;
const known = async (handle: string | null, more: Readonly<Record<string, string>> = {}): Promise<Person> => {
  const claims = { ...(handle === null ? {} : { preferred_username: handle }), ...more };
  const person = new Person(deployment, () => handlers, claims);
  await person.http({ route: "GET /api/conversations" });
  return person;
};
const search = (who: Person, query: Record<string, string>) =>
  who.http({ route: "GET /api/users/search", query });
const names = async (who: Person, handle: string): Promise<readonly string[]> =>
  ((await search(who, { handle })).body as { users: readonly User[] }).users.map(({ name }) => name);

describe("GET users/search", () => {
  it("finds those whose handle begins so, whatever the case: the same first, then the shortest", async () => {
    const s = start();
    for (const rest of ["lexander", "L", "lice", "lan", "l", "lbert"]) await known(`${s}${rest}`);
    const me = await known(`${s}zoe`);
    expect(await names(me, `${s.toUpperCase()}L`)).toEqual(
      expect.arrayContaining([`${s}L`, `${s}l`]) as unknown,
    );
    expect((await names(me, `${s}l`)).slice(2)).toEqual(
      ["lan", "lice", "lbert", "lexander"].map((rest) => `${s}${rest}`),
    );
    expect(await names(me, `${s}li`)).toEqual([`${s}lice`]);
    expect(await names(me, `${s}x`)).toEqual([]);
  });

  it("tells at most 20, and profiles without presence", async () => {
    const s = start();
    for (let n = 0; n < 23; n += 1) await known(`${s}${"x".repeat(n)}`, { name: "Somebody" });
    const me = await known(null);
    const { status, body } = await search(me, { handle: s });
    expect(status).toBe(200);
    const { users } = body as { users: readonly User[] };
    expect(users.map(({ name }) => name.length - s.length)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(Object.keys(users[0]!).toSorted()).toEqual(["avatarUrl", "displayName", "id", "name"]);
  });

  it("folds as Unicode does", async () => {
    const s = start();
    await known(`${s}ﬁÅ`);
    expect(await names(await known(null), `${s}FIa\u030A`)).toEqual([`${s}ﬁÅ`]);
  });

  it("follows a handle that changes, and takes the id for one that there is not", async () => {
    const [s, t, id] = [start(), start(), start()];
    const before = await known(s, { sub: id });
    expect(await names(before, s)).toEqual([s]);
    expect(await names(before, id)).toEqual([]);
    await known(t, { sub: id, iat: String(Date.now() / 1_000 + 60) });
    expect([await names(before, s), await names(before, t)]).toEqual([[], [t]]);
    const nameless = start();
    await known(null, { sub: nameless });
    expect(await names(before, nameless.slice(0, 8))).toEqual([nameless]);
  });

  it.each([
    ["nothing", {}],
    ["an empty one", { handle: "" }],
    ["one character", { handle: "a" }],
    ["one astral character", { handle: "😀" }],
    ["one that is composed of two", { handle: "e\u0301" }],
    ["65 characters", { handle: "a".repeat(65) }],
  ] as const)("refuses %s", async (_, query) => {
    const me = await known(null);
    expect(await search(me, query)).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
  });

  it("takes 2 and 64", async () => {
    const me = await known(null);
    for (const handle of ["a#", "%%", "😀😀", "a".repeat(64), "ﷺ".repeat(64)]) {
      expect((await search(me, { handle })).status).toBe(200);
    }
  });
});

describe("the setting directory", () => {
  it("exact: finds all of a handle and no beginning", async () => {
    const s = start();
    const me = await known(s);
    await known(`${s}x`);
    handlers = withDirectory("exact");
    expect(await names(me, s.toUpperCase())).toEqual([s]);
    expect(await names(me, s.slice(0, 5))).toEqual([]);
    handlers = withDirectory("prefix");
  });

  it("off: there is no such route", async () => {
    const me = await known(start());
    handlers = withDirectory("off");
    const unknown = await me.http({ route: "GET /api/nowhere" });
    expect(await search(me, { handle: "al" })).toEqual(unknown);
    expect(unknown.status).toBe(404);
    handlers = withDirectory("prefix");
  });
});

it("costs what it looks at and shows; and presence writes no index of it", async () => {
  const s = start();
  for (let n = 0; n < 5; n += 1) await known(`${s}${n}`);
  const me = await known(`${s}me`);
  const { meter } = deployment.table;
  meter.reset();
  await search(me, { handle: s });
  expect([meter.writeUnits, meter.readUnits]).toEqual([0, 3.5]);
  meter.reset();
  const device = await me.connect();
  await device.disconnect();
  expect(meter.indexUnits["by-handle"]).toBeUndefined();
  meter.reset();
  await known(`${s}you`);
  expect(meter.indexUnits).toMatchObject({ "by-handle": 1 });
});
