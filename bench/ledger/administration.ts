import { randomUUID } from "node:crypto";
import type { HttpRoute } from "../../lambdas/protocol/routes.ts";
import { freshUserId } from "../../test/support/made-records.ts";
import type { Operation } from "./operation.ts";
import { become, CONTENT, type Asking, type Pair } from "./pair.ts";

/** What whoever administers asks for, and what the clock does. */
export function administration({ stage, asking, carol }: Pair): readonly Operation[] {
  const admin = stage.person({ scope: "parley/admin" });
  const ask = (route: HttpRoute, fields: Parameters<Asking["ask"]>[1]) => asking.ask(route, fields, admin);
  const request = { begins: "request" } as const;
  const users = "PUT /api/admin/users";
  const messages = "POST /api/admin/conversations/{conversationId}/messages";
  const remove = "DELETE /api/admin/conversations/{conversationId}/messages/{seq}";
  const signOut = "POST /api/admin/users/sign-out";
  const say = async (fields: object): Promise<void> => {
    await ask(messages, { body: { content: CONTENT, clientMessageId: randomUUID(), ...fields } });
    asking.tail += 1;
  };
  /** The function knows who asks, and no conversation. */
  const known = async (): Promise<void> => {
    await asking.send();
    stage.forget();
    await become(admin);
  };
  const profile = () => ({ name: randomUUID().slice(0, 8), displayName: "Somebody" });
  return [
    {
      operation: `${users}, somebody new`,
      ...{ ...request, of: users, floor: { WRU: 2, RRU: 0 } },
      prepare: known,
      run: () => ask(users, { body: { userId: freshUserId(), ...profile() } }),
    },
    {
      operation: `${messages}, for a participant`,
      ...{ ...request, of: messages, floor: { WRU: 1, RRU: 0 } },
      prepare: known,
      run: () => say({ senderId: asking.caller.id }),
    },
    {
      operation: `${messages}, of the system`,
      ...{ ...request, of: messages, floor: { WRU: 1, RRU: 0 } },
      prepare: known,
      run: () => say({}),
    },
    {
      operation: remove,
      ...{ ...request, of: remove, floor: { WRU: 2, RRU: 0 }, goal: { WRU: 4 } },
      prepare: known,
      run: () => ask(remove, { seq: asking.tail }),
    },
    {
      operation: `${signOut}, two devices: another is told`,
      ...{ ...request, of: signOut, floor: { WRU: 1, RRU: 0 } },
      prepare: async () => {
        stage.passTime(2_000);
        const who = stage.person({ sub: carol.id });
        await who.connect();
        await who.connect();
        await known();
      },
      run: () => ask(signOut, { body: { userId: carol.id } }),
    },
  ];
}
