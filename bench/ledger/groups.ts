import { randomUUID } from "node:crypto";
import { makeGroup } from "../growth/places.ts";
import type { HttpRoute } from "../../lambdas/protocol/routes.ts";
import type { Operation } from "./operation.ts";
import { Asking, become, nextQuarterHour } from "./pair.ts";
import type { CallerDevice, Stage } from "./stage.ts";

const ONE = "/api/conversations/{conversationId}" as const;
const MESSAGES = 52;
/** What is paged costs the same in a larger group; and the ids of more than some 800 members are no request's body. */
const LARGE = 100;
/** Groups that the caller has besides, as a page of the list shows them. */
const OTHER_GROUPS = 19;

export interface Group {
  readonly stage: Stage;
  readonly asking: Asking;
  readonly size: number;
  readonly others: readonly string[];
}

/** The owner of a group, all of whose members have a device outside of its room. */
export async function openGroup(stage: Stage, size: number): Promise<Group> {
  const { table } = stage;
  const caller = stage.person();
  const device = await caller.connect();
  const others = Array.from({ length: size - 1 }, () => randomUUID());
  await stage.connectAll(others);
  const conversationId = await makeGroup(table, caller.id, others, others);
  for (let count = 0; count < OTHER_GROUPS; count += 1) await makeGroup(table, caller.id, others, []);
  const asking = new Asking(caller, device, conversationId, 1);
  for (let count = 0; count < (size > LARGE ? 1 : MESSAGES); count += 1) await asking.send();
  await stage.clear();
  return { stage, asking, size, others };
}

/** What costs more, or otherwise, in a group. */
export const groupOperations = (group: Group): readonly Operation[] =>
  [
    ...history(group, "50 messages"),
    ...messaging(group),
    ...rooms(group),
    ...reading(group),
    ...history(group, "50 messages, some of them changed"),
    ...membership(group),
  ].map((operation) => ({
    ...operation,
    operation: `${operation.operation}, group of ${group.size.toLocaleString("en")}`,
  }));

const ONE_WRITE = { WRU: 1, RRU: 0 };

function messaging({ stage, asking, size }: Group): readonly Operation[] {
  const frame = { begins: "frame", prepare: () => asking.remember() } as const;
  const change = { ...frame, floor: { WRU: 2, RRU: 0 }, goal: { WRU: 4 } };
  const pin: HttpRoute = `PUT ${ONE}/messages/{seq}/pin`;
  return [
    {
      operation: "send_message",
      ...{ ...frame, of: "send_message", floor: ONE_WRITE, goal: { WRU: 3, gatewayMessages: size + 1 } },
      run: () => asking.send(),
    },
    {
      operation: "send_message, the first in a quarter hour",
      ...{ begins: "frame", of: "send_message", floor: ONE_WRITE },
      prepare: async () => {
        nextQuarterHour(stage);
        await asking.act("sync", { afterSeq: asking.tail });
      },
      run: () => asking.send(),
    },
    {
      operation: "edit_message",
      ...{ ...change, of: "edit_message" },
      run: () => asking.act("edit_message", { seq: asking.tail, content: "y".repeat(200) }),
    },
    {
      operation: "delete_message",
      ...{ ...change, of: "delete_message" },
      run: () => asking.act("delete_message", { seq: asking.tail }),
    },
    {
      operation: "react",
      ...{ ...change, of: "react" },
      prepare: async () => {
        await asking.remember();
        await asking.send();
      },
      run: () => asking.act("react", { seq: asking.tail - 1, emoji: "👍", on: true }),
    },
    {
      operation: pin,
      ...{ begins: "request", of: pin, floor: { WRU: 2, RRU: 0 }, goal: { WRU: 4 } },
      prepare: async () => {
        await asking.send();
        stage.forget();
        await become(asking.caller);
      },
      run: () => asking.ask(pin, { seq: asking.tail }),
    },
  ];
}

function rooms({ asking }: Group): readonly Operation[] {
  const remember = () => asking.remember();
  return [
    {
      operation: "join_conversation",
      ...{ begins: "frame", of: "join_conversation", floor: ONE_WRITE, goal: { WRU: 1 } },
      prepare: remember,
      run: () => asking.act("join_conversation"),
    },
    {
      operation: "typing_start",
      ...{ begins: "frame without an answer", of: "typing_start", floor: { WRU: 0, RRU: 0 } },
      goal: { WRU: 0 },
      prepare: remember,
      run: () => asking.device.send({ action: "typing_start", conversationId: asking.conversationId }),
    },
    {
      operation: "leave_conversation",
      ...{ begins: "frame", of: "leave_conversation", floor: ONE_WRITE, goal: { WRU: 1 } },
      prepare: async () => {
        await asking.remember();
        await asking.act("join_conversation");
      },
      run: () => asking.act("leave_conversation"),
    },
  ];
}

/** Nothing in a large group: a page costs the same there. */
function history({ stage, asking, size }: Group, name: string): readonly Operation[] {
  const of: HttpRoute = `GET ${ONE}/messages`;
  const page: Operation = {
    operation: `${of}, ${name}`,
    ...{ begins: "request", of, floor: { WRU: 0, RRU: 2.5 }, goal: { WRU: 0 } },
    prepare: async () => {
      stage.forget();
      await become(asking.caller);
    },
    run: () => asking.ask(of, { query: { markRead: "false" } }),
  };
  return size > LARGE ? [] : [page];
}

function reading({ stage, asking, others, size }: Group): readonly Operation[] {
  const known = async (): Promise<void> => {
    stage.forget();
    await become(asking.caller);
  };
  const request = (operation: string, route: HttpRoute, RRU: number): Operation => ({
    operation: operation === "" ? route : `${route}, ${operation}`,
    ...{ begins: "request", of: route, floor: { WRU: 0, RRU }, goal: { WRU: 0 } },
    prepare: known,
    run: () => asking.ask(route),
  });
  const reader = stage.person({ sub: others[0]! });
  let device: CallerDevice | undefined;
  return [
    {
      operation: "mark_read",
      ...{ begins: "frame", of: "mark_read", floor: ONE_WRITE, goal: { WRU: 2 } },
      prepare: async () => {
        device ??= await reader.connect();
        await asking.remember();
        await asking.act("mark_read", { seq: asking.tail - 1 }, device);
      },
      run: () => asking.act("mark_read", { seq: asking.tail }, device),
    },
    {
      operation: "sync, nothing new",
      ...{ begins: "frame", of: "sync", floor: { WRU: 0, RRU: 1 }, goal: { WRU: 0 } },
      prepare: () => asking.remember(),
      run: () => asking.act("sync", { afterSeq: asking.tail }),
    },
    ...(size > LARGE ? [] : [request("20", "GET /api/conversations", 1), request("", `GET ${ONE}`, 0.5)]),
    request("20 of them", `GET ${ONE}/members`, 0.5),
  ];
}

function membership({ stage, asking, others }: Group): readonly Operation[] {
  const members = `${ONE}/members` as const;
  const [second, third] = [others[1]!, others[2]!];
  const known = async (): Promise<void> => {
    stage.forget();
    await become(asking.caller);
  };
  const role = (to: string) => ({ body: { userId: second, role: to } });
  const request = (
    operation: string,
    of: HttpRoute,
    floor: number,
    fields: Parameters<Asking["ask"]>[1],
    before?: () => Promise<unknown>,
  ): Operation => ({
    operation: operation === "" ? of : `${of}, ${operation}`,
    ...{ begins: "request", of, floor: { WRU: floor, RRU: 0 } },
    prepare: async () => {
      await before?.();
      await known();
    },
    run: () => asking.ask(of, fields),
  });
  const remove = () => asking.ask(`DELETE ${members}`, { query: { userId: third } });
  const add = () => asking.ask(`POST ${members}`, { body: { userIds: [third] } });
  const make = request("", "POST /api/conversations", 1 + 2 * (others.length + 1), {
    body: { kind: "group", title: "Sailing", memberIds: others },
  });
  let titles = 0;
  return [
    {
      operation: `PATCH ${ONE}`,
      ...{ begins: "request", of: `PATCH ${ONE}`, floor: { WRU: 2, RRU: 0 } },
      prepare: known,
      run: () => asking.ask(`PATCH ${ONE}`, { body: { title: `Sailing ${(titles += 1)}` } }),
    },
    request("", `PUT ${members}/role`, 2, role("admin"), () =>
      asking.ask(`PUT ${members}/role`, role("member")),
    ),
    request("", `DELETE ${members}`, 3, { query: { userId: third } }, add),
    {
      ...request("one", `POST ${members}`, 3, { body: { userIds: [third] } }, remove),
      goal: { WRU: 11 },
    },
    ...(others.length > LARGE ? [] : [make]),
  ];
}
