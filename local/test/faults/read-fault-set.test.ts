import { expect, test } from "vitest";
import { readFaultSet } from "../../faults/read-fault-set.ts";

const FUNCTIONS = ["WebSocketFunction", "HttpFunction", "Worker"];

test("a full set is read, with its defaults", () => {
  const reading = readFaultSet(
    {
      seed: 7,
      loseDisconnect: 0.5,
      push: [{ status: 410 }, { status: 429, share: 0.1, connectionId: "a=" }, { delayMs: 900 }],
      kill: { function: "websocket", when: "before", call: 2 },
      database: { error: "ThrottlingException", share: 1 },
      indexLagMs: 500,
      staleReads: 0.3,
      stream: { duplicateShare: 0.25 },
      cut: "all",
      idleMs: 100,
      lifetimeMs: 200,
      clockSkewMs: { HTTP: 3_000, workerfunction: -3_000 },
    },
    FUNCTIONS,
  );
  expect(reading).toEqual({
    type: "ok",
    faults: {
      seed: 7,
      loseDisconnect: 0.5,
      push: [
        { status: 410, share: 1 },
        { status: 429, share: 0.1, connectionId: "a=" },
        { delayMs: 900, share: 1 },
      ],
      kill: { function: "websocket", when: "before", call: 2, times: 1 },
      database: { error: { name: "ThrottlingException", share: 1 }, delayMs: 0 },
      indexLagMs: 500,
      staleReads: 0.3,
      stream: { delayMs: 0, duplicateShare: 0.25 },
      cut: "all",
      idleMs: 100,
      lifetimeMs: 200,
      clockSkewMs: new Map([
        ["HTTP", 3_000],
        ["workerfunction", -3_000],
      ]),
    },
  });
});

test.each([
  [{}, {}],
  [{ database: { delayMs: 5 } }, { database: { delayMs: 5 } }],
  [{ kill: { function: "WebSocketFunction", when: "after", call: 1, times: 3 } }, undefined],
])("%j is taken", (body, faults = body) => {
  expect(readFaultSet(body, FUNCTIONS)).toEqual({ type: "ok", faults });
});

test.each([
  [undefined, "The body must be a JSON object."],
  [[], "The body must be a JSON object."],
  [{ loseDisconnects: 1 }, 'The body has no field "loseDisconnects"; it may have seed, loseDisconnect,'],
  [{ constructor: 1 }, 'The body has no field "constructor"'],
  [{ seed: 1.5 }, "seed must be an integer between 0 and 9007199254740991."],
  [{ loseDisconnect: 1.01 }, "loseDisconnect must be a number between 0 and 1."],
  [{ loseDisconnect: "1" }, "loseDisconnect must be a number between 0 and 1."],
  [{ loseDisconnect: null }, "loseDisconnect must be a number between 0 and 1."],
  [{ push: { status: 410 } }, "push must be a list."],
  [{ push: [{ status: 410 }, { status: 400 }] }, "push[1].status must be one of 410, 429, 500."],
  [{ push: [{ share: 1 }] }, "push[0].status must be one of 410, 429, 500."],
  [{ push: [{ delayMs: -1 }] }, "push[0].delayMs must be an integer between 0 and 2147483647."],
  [{ push: [{ status: 410, share: -1 }] }, "push[0].share must be a number between 0 and 1."],
  [{ push: [{ status: 410, connectionId: "" }] }, "push[0].connectionId must be a string that is not empty."],
  [
    { kill: { function: "authorizer", when: "before", call: 1 } },
    'kill.function names "authorizer", but the functions are websocket, http, worker.',
  ],
  [{ kill: { function: "http", when: "during", call: 1 } }, "kill.when must be one of before, after."],
  [{ kill: { function: "http", when: "after" } }, "kill.call must be an integer between 1 and 2147483647."],
  [{ kill: { function: "http", when: "after", call: 0 } }, "kill.call must be an integer"],
  [{ kill: { function: "http", when: "after", call: 1, times: 0 } }, "kill.times must be an integer"],
  [{ database: { error: "NoSuchError", share: 1 } }, "database.error must be one of Provisioned"],
  [{ database: { error: "InternalServerError" } }, "database.share must be a number between 0 and 1."],
  [{ database: { share: 1, delayMs: 1 } }, "database.error must be one of"],
  [{ database: {} }, "database.error must be one of"],
  [{ indexLagMs: -1 }, "indexLagMs must be an integer between 0 and 2147483647."],
  [{ staleReads: 2 }, "staleReads must be a number between 0 and 1."],
  [{ stream: { delayMs: -1 } }, "stream.delayMs must be an integer between 0 and 2147483647."],
  [{ stream: { share: 1 } }, 'stream has no field "share"; it may have delayMs, duplicateShare.'],
  [{ cut: true }, "cut must be a string that is not empty."],
  [{ idleMs: 0 }, "idleMs must be an integer between 1 and 2147483647."],
  [{ lifetimeMs: 2 ** 31 }, "lifetimeMs must be an integer between 1 and 2147483647."],
  [{ clockSkewMs: 5 }, "clockSkewMs must be a JSON object."],
  [{ clockSkewMs: { http: "5" } }, "clockSkewMs.http must be an integer"],
  [{ clockSkewMs: { nobody: 5 } }, 'clockSkewMs names "nobody", but the functions are websocket,'],
])("%j is refused in one sentence", (body, message) => {
  const reading = readFaultSet(body, FUNCTIONS);
  expect(reading).toMatchObject({ type: "invalid", message: expect.stringContaining(message) as string });
  expect(reading.type === "invalid" && reading.message).toMatch(/^[^.]*(\.[a-z][^.]*)*\.$/i);
});
