import type { IncomingHttpHeaders } from "node:http";
import type { Refusal, Rights } from "./rights.ts";

/** Why a request signed so may not do this; undefined where it may. */
export type RefusalOf = (
  headers: IncomingHttpHeaders,
  action: string,
  resource: string,
) => Refusal | undefined;

export const refusalOfRequest =
  (rights: Pick<Rights, "ofRequest">): RefusalOf =>
  (headers, action, resource) =>
    rights.ofRequest(headers)?.refusalOf(action, resource);
