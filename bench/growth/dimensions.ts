import type { Deployment } from "../../test/support/deployment.ts";
import { groupOperations } from "./group-operations.ts";
import type { DimensionName } from "./named-growth.ts";
import type { Operation } from "./operation.ts";
import { pairOperations } from "./pair-operations.ts";
import type { Place } from "./place.ts";
import { openGroup, openPairs } from "./places.ts";
import { userOperations } from "./user-operations.ts";

/** Something there may be much of. */
export interface Dimension {
  readonly name: DimensionName;
  /** One of it. */
  readonly one: string;
  /** For the picture: what the sizes count. */
  readonly title: string;
  readonly open: (deployed: Deployment, size: number) => Promise<Place>;
  readonly operations: (place: Place) => readonly Operation[];
}

/** What there is of everything but what grows. */
const FEW = { conversations: 10, messages: 10, users: 0 };

export const DIMENSIONS: readonly Dimension[] = [
  {
    name: "conversations",
    one: "conversation",
    title: "conversations of a user",
    open: (deployed, size) => openPairs(deployed, size, { ...FEW, conversations: size }),
    operations: pairOperations,
  },
  {
    name: "messages",
    one: "message",
    title: "messages of a conversation",
    open: (deployed, size) => openPairs(deployed, size, { ...FEW, messages: size }),
    operations: pairOperations,
  },
  {
    name: "users",
    one: "user",
    title: "users in the table",
    open: (deployed, size) => openPairs(deployed, size, { ...FEW, users: size }),
    operations: (place) => [...pairOperations(place), ...userOperations(place)],
  },
  {
    name: "members",
    one: "member",
    title: "members of a group",
    open: openGroup,
    operations: groupOperations,
  },
];
