import type { SystemEvent } from "../../protocol/objects.ts";
import { firstFitting } from "./frame-room.ts";
import type { GroupEvent } from "./records.ts";

/** How many of those added at once an event names. */
const MAX_NAMED = 100;
/** What their ids may take: a third of a frame, beside which everything else has room. */
const MAX_NAMED_BYTES = 10 * 1024;

/** What happened to a group, as clients see it: whoever wants all members asks for them. */
export function toSystemEvent(event: GroupEvent): SystemEvent {
  switch (event.event) {
    case "created": {
      const { title, avatarUrl } = event;
      return { event: event.event, userIds: named(event.userIds), title, avatarUrl };
    }
    case "members_added":
    case "member_removed":
      return { event: event.event, userIds: named(event.userIds) };
    case "member_left": {
      const { userIds, successor } = event;
      return { event: event.event, userIds, ...(successor === null ? {} : { successor }) };
    }
    case "role_changed":
      return { event: event.event, userIds: event.userIds, role: event.role };
    case "details_changed": {
      const { title, avatarUrl } = event;
      return {
        event: event.event,
        ...(title === undefined ? {} : { title }),
        ...(avatarUrl === undefined ? {} : { avatarUrl }),
      };
    }
  }
}

const named = (userIds: readonly string[]): readonly string[] =>
  firstFitting(userIds.slice(0, MAX_NAMED), MAX_NAMED_BYTES);
