import { exportUser } from "../chat/operations/export-user.ts";
import { decodeExportQuery } from "../protocol/admin-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { AdminsRoute } from "./route.ts";

export const exportUserRoute: AdminsRoute<"GET /api/admin/users/export"> = async (
  { chat, traces },
  admin,
  request,
) => okay(await exportUser(chat, traces, admin, must(decodeExportQuery(request.query))));
