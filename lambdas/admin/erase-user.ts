import { getErasure, startErasure } from "../chat/operations/start-erasure.ts";
import { decodeEraseRequest } from "../protocol/admin-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { AdminsRoute } from "./route.ts";

export const eraseUserRoute: AdminsRoute<"POST /api/admin/users/erase"> = async (
  { chat, erasures },
  admin,
  request,
) => ({
  status: 202,
  body: await startErasure(chat, erasures, admin, must(decodeEraseRequest(request.body))),
});

export const getJobRoute: AdminsRoute<"GET /api/admin/jobs/{jobId}"> = async (
  { chat, erasures },
  _,
  request,
) => okay(await getErasure(chat, erasures, request.pathParameters["jobId"] ?? ""));
