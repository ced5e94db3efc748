import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import { readStreamRecord } from "../../lambdas/store/stream-records.ts";

/** As the event sources filter them: what was appended, and the transitions that somebody must hear of. */
export function bySource(records: readonly _Record[]): readonly (readonly _Record[])[] {
  const appended: _Record[] = [];
  const transitions: _Record[] = [];
  for (const record of records) {
    const change = readStreamRecord(record.dynamodb ?? {});
    if (change?.type === "stored" || change?.type === "changed") appended.push(record);
    if (
      change?.type === "transition" &&
      !(change.transition.from === "leaving" && change.transition.to === "on")
    )
      transitions.push(record);
  }
  return [transitions, appended];
}
