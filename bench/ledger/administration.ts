import { createHash, randomUUID } from "node:crypto";
import type { HttpRoute } from "../../lambdas/protocol/routes.ts";
import { freshUserId } from "../../test/support/made-records.ts";
import type { Operation } from "./operation.ts";
import { become, CONTENT, type Asking, type Pair } from "./pair.ts";
import type { Caller } from "./stage.ts";

const MESSAGES_OF_ONE = 20;

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
  const exported = "GET /api/admin/users/export";
  const erase = "POST /api/admin/users/erase";
  const job = "GET /api/admin/jobs/{jobId}";
  /** Somebody in one conversation, in which they have written `MESSAGES_OF_ONE`. */
  const somebody = async (): Promise<Caller> => {
    const who = stage.person();
    await become(who);
    const conversationId = await who.conversationWith(carol);
    const device = await who.connect();
    for (let seq = 0; seq < MESSAGES_OF_ONE; seq += 1) {
      await device.act("send_message", { conversationId, content: CONTENT, afterSeq: seq });
    }
    await device.disconnect();
    stage.passTime(60_000);
    await known();
    return who;
  };
  let subject: Caller;
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
    {
      operation: `${exported}, ${MESSAGES_OF_ONE} messages in one conversation`,
      ...{ ...request, of: exported, floor: { WRU: 0, RRU: 3 } },
      prepare: async () => {
        subject = await somebody();
      },
      run: () => ask(exported, { query: { userId: subject.id } }),
    },
    {
      operation: `${erase}, the same, messages deleted`,
      ...{ ...request, of: erase, floor: { WRU: 2 * MESSAGES_OF_ONE, RRU: 3 } },
      prepare: known,
      run: () => ask(erase, { body: { userId: subject.id, messages: "delete" } }),
    },
    {
      operation: job,
      ...{ ...request, of: job, floor: { WRU: 0, RRU: 1 } },
      prepare: known,
      run: async () => {
        const jobId = createHash("sha256").update(subject.id).digest("base64url");
        const { status } = await admin.http({ route: job, path: { jobId } });
        if (status !== 200) throw new Error(`${job} was answered with ${status}.`);
      },
    },
  ];
}
