import { area } from "../row.ts";
import { IAM_LOGIC, LAMBDA_SOURCES, TRAFFIC } from "../sources.ts";

export const RIGHTS = area("Rights", [
  [
    "rights.role",
    "documented",
    IAM_LOGIC,
    "A function may do what the policies of its role allow, and nothing else.",
  ],
  [
    "rights.database",
    "seen",
    TRAFFIC,
    "A refused call of the database is 400 `AccessDeniedException`, with user, action and resource.",
  ],
  [
    "rights.queue",
    "seen",
    TRAFFIC,
    "A refused call of a queue is 403 `AccessDenied`, its action in lower case; a batch is refused as its single call.",
  ],
  [
    "rights.management",
    "seen",
    TRAFFIC,
    "A refused call of the management API is 403 `AccessDeniedException`, the account hidden but for four digits.",
  ],
  [
    "rights.source",
    "documented",
    LAMBDA_SOURCES,
    "Lambda reads a queue or a stream with the role of its function, and not without its right to.",
  ],
]);
