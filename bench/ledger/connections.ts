import { PING } from "../../lambdas/protocol/routes.ts";
import type { Operation } from "./operation.ts";
import type { Pair } from "./pair.ts";
import type { CallerDevice } from "./stage.ts";

const ONE_WRITE = { WRU: 1, RRU: 0 };

/** Coming and going of somebody whom one person with two devices knows. */
export function connections({ asking, carol }: Pair): readonly Operation[] {
  let open: CallerDevice[] = [];
  const connect = async (): Promise<void> => {
    open.push(await carol.connect());
  };
  const disconnect = async (): Promise<void> => {
    await open.pop()?.disconnect();
  };
  return [
    {
      operation: "connect, the first device: another is told",
      ...{ begins: "connect", of: "$connect", floor: ONE_WRITE, goal: { WRU: 2 } },
      prepare: async () => {
        while (open.length > 0) await disconnect();
      },
      run: connect,
    },
    {
      operation: "connect, a further device",
      ...{ begins: "connect", of: "$connect", floor: ONE_WRITE, goal: { WRU: 1 } },
      prepare: () => (open.length === 0 ? connect() : Promise.resolve()),
      run: connect,
    },
    {
      operation: "disconnect, another device is left",
      ...{ begins: "disconnect", of: "$disconnect", floor: ONE_WRITE, goal: { WRU: 1 } },
      prepare: async () => {
        while (open.length < 2) await connect();
      },
      run: disconnect,
    },
    {
      operation: "disconnect, the last device: another is told",
      ...{ begins: "disconnect", of: "$disconnect", floor: ONE_WRITE, goal: { WRU: 4 } },
      prepare: async () => {
        while (open.length > 1) await disconnect();
        if (open.length === 0) await connect();
      },
      run: async () => {
        await disconnect();
        open = [];
      },
    },
    {
      operation: "ping",
      ...{ begins: "frame for the gateway", of: PING, floor: { WRU: 0, RRU: 0 }, goal: { WRU: 0, RRU: 0 } },
      run: () => asking.device.ping(),
    },
    {
      operation: "join_conversation",
      ...{ begins: "frame", of: "join_conversation", floor: ONE_WRITE, goal: { WRU: 1, RRU: 3 } },
      prepare: async () => {
        await asking.remember();
        await asking.act("leave_conversation");
      },
      run: () => asking.act("join_conversation"),
    },
    {
      operation: "leave_conversation",
      ...{ begins: "frame", of: "leave_conversation", floor: ONE_WRITE, goal: { WRU: 1, RRU: 3 } },
      prepare: async () => {
        await asking.remember();
        await asking.act("join_conversation");
      },
      run: () => asking.act("leave_conversation"),
    },
    ...typing({ asking }),
  ];
}

function typing({ asking }: Pick<Pair, "asking">): readonly Operation[] {
  const type = (action: string) => () =>
    asking.device.send({ action, conversationId: asking.conversationId });
  const quiet = { begins: "frame without an answer", floor: { WRU: 0, RRU: 0 } } as const;
  return [
    {
      operation: "typing_start",
      ...{ ...quiet, of: "typing_start", goal: { WRU: 0, RRU: 2 } },
      prepare: async () => {
        await asking.act("join_conversation");
        await asking.remember();
      },
      run: type("typing_start"),
    },
    {
      operation: "typing_stop",
      ...{ ...quiet, of: "typing_stop", goal: { WRU: 0, RRU: 2 } },
      prepare: async () => {
        await asking.remember();
        await type("typing_start")();
      },
      run: type("typing_stop"),
    },
  ];
}
