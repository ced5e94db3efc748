import { administration } from "./administration.ts";
import { connections } from "./connections.ts";
import { groupOperations, openGroup } from "./groups.ts";
import { messages } from "./messages.ts";
import type { Operation } from "./operation.ts";
import { openPair } from "./pair.ts";
import { aboutConversations, aboutMessages, aboutPeople, aboutWhatChanged } from "./requests.ts";
import type { Stage } from "./stage.ts";

/** What is done in a conversation of two, in the order in which it can be done. */
export async function pairOperations(stage: Stage): Promise<readonly Operation[]> {
  const pair = await openPair(stage);
  return [
    ...connections(pair),
    ...aboutConversations(pair),
    ...messages(pair),
    ...aboutMessages(pair),
    ...aboutPeople(pair),
    ...administration(pair),
    ...aboutWhatChanged(pair),
  ];
}

/** The same in a group of that size. */
export const operationsInGroup = async (stage: Stage, size: number): Promise<readonly Operation[]> =>
  groupOperations(await openGroup(stage, size));
