import { randomUUID } from "node:crypto";
import { createUserStore } from "../../lambdas/store/users.ts";
import type { HttpRoute } from "../../lambdas/protocol/routes.ts";
import { freshUserId } from "../../test/support/made-records.ts";
import type { Operation } from "./operation.ts";
import { become, CONTENT, type Pair } from "./pair.ts";

const CONVERSATION = "/api/conversations/{conversationId}" as const;
const MESSAGE = `${CONVERSATION}/messages/{seq}` as const;

const ONE_READ = { WRU: 0, RRU: 0.5 };
const ONE_WRITE = { WRU: 1, RRU: 0 };
const CHANGE = { floor: { WRU: 2, RRU: 0 }, goal: { WRU: 4 } };

type Fields = Parameters<Pair["asking"]["ask"]>[1];

type More = Pick<Operation, "floor"> & Partial<Pick<Operation, "goal" | "gap" | "prepare">>;

/** One that is remembered as who they are, before whatever else is prepared. */
const requestOf =
  ({ stage, asking }: Pair) =>
  (operation: string, route: HttpRoute, fields: () => Fields, { prepare, ...more }: More): Operation => ({
    operation: operation === "" ? route : `${route}, ${operation}`,
    begins: "request",
    of: route,
    ...more,
    prepare: async () => {
      await prepare?.();
      stage.forget();
      await become(asking.caller);
    },
    run: () => asking.ask(route, fields()),
  });

/** What is asked of conversations over HTTP: the function knows who asks, and no conversation. */
export function aboutConversations(pair: Pair): readonly Operation[] {
  const { stage, asking, bob } = pair;
  const request = requestOf(pair);
  let stranger = "";
  const find = "POST /api/conversations/find-or-create";
  const settings = `PATCH ${CONVERSATION}/settings` as const;
  const history = `GET ${CONVERSATION}/messages` as const;
  const none = (): Fields => ({});
  return [
    request("20 of 30", "GET /api/conversations", none, {
      floor: { WRU: 0, RRU: 1 },
      goal: { WRU: 0, RRU: 21.5 },
    }),
    request("", `GET ${CONVERSATION}`, none, { floor: ONE_READ }),
    request("there is one", find, () => ({ body: { otherUserId: bob.id } }), {
      floor: ONE_READ,
      goal: { WRU: 0, RRU: 1 },
    }),
    request("there is none", find, () => ({ body: { otherUserId: stranger } }), {
      floor: { WRU: 3, RRU: 0 },
      goal: { WRU: 6 },
      prepare: async () => {
        stranger = freshUserId();
        await createUserStore(stage.table).saveClaims(stranger, {});
      },
    }),
    request("50 messages", history, () => ({ query: { markRead: "false" } }), {
      floor: { WRU: 0, RRU: 2.5 },
      goal: { WRU: 0, RRU: 5 },
    }),
    request("50 messages, marked as read", history, none, {
      floor: { WRU: 1, RRU: 2.5 },
      goal: { WRU: 2, RRU: 5 },
      gap: { RRU: 1, why: "the devices that are told of the reading are looked up" },
      prepare: () => asking.send({}, pair.bobsDevice),
    }),
    request("", `POST ${CONVERSATION}/read`, () => ({ body: { seq: asking.tail } }), {
      floor: ONE_WRITE,
      goal: { WRU: 2 },
      prepare: () => asking.send({}, pair.bobsDevice),
    }),
    request("pinned", settings, () => ({ body: { pinned: true } }), {
      floor: ONE_WRITE,
      prepare: () => asking.ask(settings, { body: { pinned: false } }),
    }),
  ];
}

/** The same of messages. */
export function aboutMessages(pair: Pair): readonly Operation[] {
  const { asking } = pair;
  const request = requestOf(pair);
  const send = () => asking.send();
  const last = (): Fields => ({ seq: asking.tail });
  const reaction = (): Fields => ({ seq: asking.tail, query: { emoji: "👍" } });
  const put = (path: "pin" | "reactions") => async (): Promise<void> => {
    await asking.send();
    await asking.ask(`PUT ${MESSAGE}/${path}`, path === "pin" ? last() : reaction());
  };
  const sending = (): Fields => {
    asking.tail += 1;
    return { body: { content: CONTENT, clientMessageId: randomUUID(), afterSeq: asking.tail - 1 } };
  };
  return [
    request("", `POST ${CONVERSATION}/messages`, sending, {
      floor: ONE_WRITE,
      goal: { WRU: 2, RRU: 3 },
      prepare: send,
    }),
    request("", `PATCH ${MESSAGE}`, () => ({ ...last(), body: { content: "y".repeat(200) } }), {
      ...CHANGE,
      prepare: send,
    }),
    request("", `DELETE ${MESSAGE}`, last, { ...CHANGE, prepare: send }),
    request("", `PUT ${MESSAGE}/reactions`, reaction, { ...CHANGE, prepare: send }),
    request("", `DELETE ${MESSAGE}/reactions`, reaction, { ...CHANGE, prepare: put("reactions") }),
    request("", `GET ${MESSAGE}/reactions`, () => ({ seq: asking.tail }), {
      floor: ONE_READ,
      prepare: put("reactions"),
    }),
    request("", `PUT ${MESSAGE}/pin`, last, { ...CHANGE, prepare: send }),
    request("", `DELETE ${MESSAGE}/pin`, last, { ...CHANGE, prepare: put("pin") }),
    request("one", `GET ${CONVERSATION}/pins`, () => ({}), {
      floor: { WRU: 0, RRU: 1 },
      prepare: put("pin"),
    }),
  ];
}

/** The same of people. */
export function aboutPeople(pair: Pair): readonly Operation[] {
  const { asking, bob, carol } = pair;
  const request = requestOf(pair);
  const of = (userId: string) => (): Fields => ({ query: { userId } });
  const block = (method: "PUT" | "DELETE") => () => asking.ask(`${method} /api/blocks`, of(carol.id)());
  return [
    request("", "GET /api/users", of(bob.id), { floor: ONE_READ }),
    request("one found", "GET /api/users/search", () => ({ query: { handle: bob.id.slice(0, 8) } }), {
      floor: { WRU: 0, RRU: 1 },
    }),
    request("one", "GET /api/presence", () => ({ query: { userIds: bob.id } }), { floor: ONE_READ }),
    request("", "PUT /api/blocks", of(carol.id), { floor: { WRU: 2, RRU: 0 }, prepare: block("DELETE") }),
    request("one", "GET /api/blocks", () => ({}), { floor: { WRU: 0, RRU: 1 }, prepare: block("PUT") }),
    request("", "DELETE /api/blocks", of(carol.id), { floor: { WRU: 2, RRU: 0 }, prepare: block("PUT") }),
  ];
}

/** The same in a conversation whose messages have been changed, and at last what takes it out of the list. */
export function aboutWhatChanged(pair: Pair): readonly Operation[] {
  const request = requestOf(pair);
  const settings = `PATCH ${CONVERSATION}/settings` as const;
  return [
    request(
      "50 messages, some of them changed",
      `GET ${CONVERSATION}/messages`,
      () => ({ query: { markRead: "false" } }),
      { floor: { WRU: 0, RRU: 2.5 } },
    ),
    request("archived", settings, () => ({ body: { archived: true } }), { floor: ONE_WRITE }),
  ];
}
