import { blockUser, listBlocks, unblockUser } from "../chat/operations/block-user.ts";
import { decodeUserQuery } from "../protocol/http-requests.ts";
import { done, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const listBlocksRoute: Route<"GET /api/blocks"> = async (chat, caller) =>
  okay(await listBlocks(chat, caller));

export const putBlockRoute: Route<"PUT /api/blocks"> = async (chat, caller, request) => {
  await blockUser(chat, caller, must(decodeUserQuery(request.query)).userId);
  return done;
};

export const deleteBlockRoute: Route<"DELETE /api/blocks"> = async (chat, caller, request) => {
  await unblockUser(chat, caller, must(decodeUserQuery(request.query)).userId);
  return done;
};
