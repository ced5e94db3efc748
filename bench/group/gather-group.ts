import type { Person, Endpoints } from "../../test/support/person.ts";
import { gatherCrowd } from "../load/crowd.ts";
import { withLimit } from "../load/paced.ts";
import { openSocket, type LoadSocket } from "../load/socket.ts";
import { hear, type Listener } from "./receipts.ts";

/** Upgrades under way at once: each runs the authorizer and `$connect`. */
const CONNECTS_AT_ONCE = 10;

const MAKING_TRIES = 3;

/** One connection of a member's. */
export interface Device extends Listener {
  readonly userId: string;
  readonly socket: LoadSocket;
}

export interface Group {
  readonly conversationId: string;
  readonly members: number;
  /** The first of each member who is online is in the group's room; their others are not. */
  readonly devices: readonly Device[];
}

/** A group whose first members are online, with so many connections each. */
export async function gatherGroup(
  cloud: Endpoints,
  {
    members,
    online,
    devices,
  }: { readonly members: number; readonly online: number; readonly devices: number },
): Promise<Group> {
  const { people } = await gatherCrowd(cloud, members, []);
  const open = await withLimit(CONNECTS_AT_ONCE, people.slice(0, online), async (person) => {
    const opened: Device[] = [];
    // One after the other: the times at which they were opened tell a user's connections apart.
    for (let index = 0; index < devices; index += 1) {
      opened.push(await connect(cloud, person, index === 0));
    }
    return opened;
  });
  const [owner, ...others] = people as [Person, ...Person[]];
  const conversationId = await make(owner, others);
  const inRoom = open.flat().filter((device) => device.inRoom);
  await withLimit(CONNECTS_AT_ONCE, inRoom, async ({ socket }) => {
    const answer = await socket.ask({ action: "join_conversation", conversationId });
    if (answer["type"] !== "ack") throw new Error(`The room was not entered: ${JSON.stringify(answer)}`);
  });
  return { conversationId, members, devices: open.flat() };
}

/** Made by the third try at the latest: on a busy machine a thousand members take longer than a function may. */
async function make(owner: Person, others: readonly Person[]): Promise<string> {
  const body = {
    ...{ kind: "group", title: "Everybody", history: "all", clientConversationId: "everybody" },
    memberIds: others.map(({ id }) => id),
  };
  for (let tries = 1; ; tries += 1) {
    const answer = await owner.post<{ readonly conversation: { readonly id: string } }>(
      "/api/conversations",
      body,
    );
    if (answer.status === 201 || answer.status === 200) return answer.body.conversation.id;
    if (tries === MAKING_TRIES) throw new Error(`The group was not made: ${answer.status} ${answer.text}`);
  }
}

async function connect(cloud: Endpoints, { id, token }: Person, inRoom: boolean): Promise<Device> {
  const listener: Listener = { inRoom, heard: [] };
  const socket = await openSocket(cloud.wsUrl, token, (frame) => hear(listener, frame));
  return { ...listener, userId: id, socket };
}
