import type { Asked } from "../offered.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

/** Who there is, whom one has blocked, what is pinned, and who reacted. */
export const lookups = ({
  http,
  people,
}: OnDemandParts): Pick<Asked, "searchUsers" | "blocks" | "block" | "unblock" | "pins" | "reactions"> => ({
  searchUsers: async (text) => {
    const { users } = await http.call("GET /api/users/search", { query: { handle: text } });
    for (const user of users) people.saw(user);
    return users;
  },
  blocks: async () => {
    const { users } = await http.call("GET /api/blocks");
    for (const user of users) people.saw(user);
    return users;
  },
  block: async (userId) => void (await http.call("PUT /api/blocks", { query: { userId } })),
  unblock: async (userId) => void (await http.call("DELETE /api/blocks", { query: { userId } })),
  pins: async (conversationId) =>
    (await http.call("GET /api/conversations/{conversationId}/pins", { path: { conversationId } })).messages,
  reactions: (conversationId, seq, { emoji = null, cursor = null } = {}) =>
    http.call("GET /api/conversations/{conversationId}/messages/{seq}/reactions", {
      path: { conversationId, seq: String(seq) },
      query: { emoji, cursor },
    }),
});
