import { ask } from "./asking.ts";
import type { Operation } from "./operation.ts";
import { drainTasks, type Place } from "./place.ts";

/** What is asked of the users of a table besides. */
export const userOperations = (place: Place): readonly Operation[] => [
  {
    name: "search, 10 found",
    run: () => ask(place, "GET /api/users/search", { query: { handle: "member-00000" } }),
  },
  {
    name: "sweep",
    run: () => place.handlers().worker({ type: "sweep" }),
    after: () => drainTasks(place),
    isLong: true,
  },
];
