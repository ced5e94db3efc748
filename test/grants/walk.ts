import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../local/start/cloud.ts";
import { Cast, unique } from "../support/cast.ts";
import type { Device } from "../support/device.ts";
import { request, tokenFor, type Answer, type Person } from "../support/person.ts";

/** One thing that is done and must come true; in order, each with what those before have left. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

/** As long as an event may take, the window in which messages are gathered included, in milliseconds. */
const EVENT_MS = 15_000;

function expectStatus(answer: Answer<unknown>, ...statuses: readonly number[]): void {
  if (!statuses.includes(answer.status)) throw new Error(`${answer.status} ${answer.text}`);
}

/** Every route, the socket's actions and what wakes the worker, with people of its own each time. */
export async function walkOver(cloud: Cloud): Promise<{
  readonly steps: readonly Step[];
  readonly leave: () => Promise<void>;
}> {
  const cast = new Cast(cloud);
  const [alice, bob, cleo] = await Promise.all(["alice", "bob", "cleo"].map((name) => cast.stranger(name)));
  if (alice === undefined || bob === undefined || cleo === undefined) throw new Error("Nobody came.");
  const admin = await tokenFor(cloud, { userId: unique("admin"), scope: "openid parley/admin" });
  const tools = new SQSClient({
    endpoint: cloud.queueUrl,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const ask = async (who: Person, method: string, path: string, body?: Body): Promise<Answer<Body>> => {
    const answer = await request<Body>(cloud, `/api/${path}`, { method, token: who.token, body });
    expectStatus(answer, 200, 201, 204);
    return answer;
  };
  const asAdmin = async (method: string, path: string, body?: Body): Promise<void> =>
    expectStatus(await request(cloud, `/api/admin/${path}`, { method, token: admin, body }), 200, 201, 204);
  let pair = "";
  let group = "";
  const steps: Step[] = [
    {
      name: "users come, find each other and begin",
      run: async () => {
        for (const who of [alice, bob, cleo]) await ask(who, "GET", "conversations");
        await ask(alice, "GET", `users?userId=${bob.id}`);
        await ask(alice, "GET", "users/search?handle=bo");
        const { body } = await ask(alice, "POST", "conversations/find-or-create", { otherUserId: bob.id });
        pair = String(body["conversationId"]);
      },
    },
    {
      name: "HTTP: messages, changes, reading",
      run: async () => {
        const at = `conversations/${pair}`;
        const socket = await bob.connect();
        await socket.ask("join_conversation", { conversationId: pair });
        await ask(alice, "POST", `${at}/messages`, { content: "one", clientMessageId: "m-1" });
        await socket.next("new_message", EVENT_MS);
        await ask(alice, "PATCH", `${at}/messages/1`, { content: "two" });
        await ask(bob, "PUT", `${at}/messages/1/reactions?emoji=%F0%9F%91%8D`);
        await ask(bob, "GET", `${at}/messages/1/reactions`);
        await ask(bob, "DELETE", `${at}/messages/1/reactions?emoji=%F0%9F%91%8D`);
        await ask(bob, "PUT", `${at}/messages/1/pin`);
        await ask(bob, "GET", `${at}/pins`);
        await ask(bob, "DELETE", `${at}/messages/1/pin`);
        await ask(bob, "GET", `${at}/messages`);
        await ask(bob, "POST", `${at}/read`, { seq: 1 });
        await ask(bob, "PATCH", `${at}/settings`, { pinned: true });
        await ask(bob, "GET", at);
        await ask(bob, "GET", `presence?userIds=${alice.id}`);
        await ask(alice, "DELETE", `${at}/messages/1`);
        await socket.close();
      },
    },
    {
      name: "HTTP: groups and blocks",
      run: async () => {
        const made = await ask(alice, "POST", "conversations", {
          ...{ kind: "group", title: "Crew", memberIds: [bob.id], clientConversationId: "c-1" },
        });
        group = String((made.body["conversation"] as Body)["id"]);
        const at = `conversations/${group}`;
        await ask(alice, "POST", `${at}/members`, { userIds: [cleo.id] });
        await ask(alice, "PATCH", at, { title: "Team" });
        await ask(alice, "PUT", `${at}/members/role`, { userId: bob.id, role: "admin" });
        await ask(alice, "GET", `${at}/members`);
        await ask(alice, "POST", `${at}/messages`, { content: "hi" });
        await ask(alice, "DELETE", `${at}/members?userId=${cleo.id}`);
        await ask(alice, "PUT", `blocks?userId=${cleo.id}`);
        await ask(alice, "GET", "blocks");
        await ask(alice, "DELETE", `blocks?userId=${cleo.id}`);
      },
    },
    {
      name: "sockets: every action, and presence",
      run: async () => {
        const his = await bob.connect();
        const hers = await alice.connect();
        await his.next("user_online", EVENT_MS);
        for (const socket of [his, hers]) await socket.ask("join_conversation", { conversationId: pair });
        const sent = await hers.ask("send_message", { conversationId: pair, content: "socket" });
        await his.next("new_message", EVENT_MS);
        const { seq } = sent.message;
        await hers.ask("edit_message", { conversationId: pair, seq, content: "changed" });
        await his.ask("react", { conversationId: pair, seq, emoji: "👍", on: true });
        await his.ask("mark_read", { conversationId: pair, seq });
        await his.ask("typing_start", { conversationId: pair });
        await his.ask("typing_stop", { conversationId: pair });
        await his.ask("sync", { conversationId: pair, afterSeq: 0, afterRev: 0 });
        await hers.ask("delete_message", { conversationId: pair, seq });
        await hers.ask("send_message", { conversationId: group, content: "all" });
        await hers.ask("leave_conversation", { conversationId: pair });
        await hers.close();
        await his.next("user_offline", EVENT_MS);
      },
    },
    {
      name: "an eleventh device closes the first",
      run: async () => {
        const devices: Device[] = [];
        for (let count = 0; count < 11; count += 1) devices.push(await cleo.connect());
        await devices[0]?.closed;
      },
    },
    {
      name: "admin: every route",
      run: async () => {
        await asAdmin("PUT", "users", { userId: unique("dora"), displayName: "Dora" });
        const at = `conversations/${pair}/messages`;
        const socket = await bob.connect();
        await socket.ask("join_conversation", { conversationId: pair });
        await asAdmin("POST", at, { content: "moved", senderId: alice.id, clientMessageId: "a-1" });
        const { message } = await socket.next("new_message", EVENT_MS);
        await asAdmin("DELETE", `${at}/${message.seq}`);
        await asAdmin("POST", "users/sign-out", { userId: bob.id });
        await socket.closed;
      },
    },
    {
      name: "the worker's sweep",
      run: async () => {
        const queues = cloud.model().queues.map(({ name }) => name);
        const QueueName = queues.find((name) => /jobs/i.test(name) && !/dead/i.test(name));
        const { QueueUrl } = await tools.send(new GetQueueUrlCommand({ QueueName }));
        for (let shard = 0; shard < 16; shard += 1) {
          const MessageBody = JSON.stringify({ type: "sweep_shard", shard, cursor: null });
          await tools.send(new SendMessageCommand({ QueueUrl, MessageBody }));
        }
      },
    },
  ];
  return {
    steps,
    leave: async () => {
      tools.destroy();
      await cast.leave();
    },
  };
}
