import type { LocalRoutes } from "../gateway/local-routes.ts";
import { answerJson, readBody } from "../serving/request-body.ts";
import type { Faults } from "./faults.ts";
import type { PastStates } from "./past-states.ts";
import { readFaultSet } from "./read-fault-set.ts";

const BODY_BYTES = 64 * 1024;

/**
 * `/_local/faults`: POST replaces the whole set, DELETE clears it, GET shows it.
 * `/_local/faults/injected`: how often each kind came true since the start.
 */
export function faultRoutes(
  faults: Faults,
  functionNames: () => readonly string[],
  past: Pick<PastStates, "prepare">,
): LocalRoutes {
  return {
    "GET /_local/faults": (_req, res) => answerJson(res, 200, faults.current()),
    "GET /_local/faults/injected": (_req, res) => answerJson(res, 200, faults.injected.all()),
    "DELETE /_local/faults": (_req, res) => {
      faults.clear();
      res.writeHead(204).end();
    },
    "POST /_local/faults": async (req, res) => {
      const body = await readBody(req, BODY_BYTES);
      if (body.type === "aborted") return;
      if (body.type === "too-large") {
        answerJson(res, 413, { message: "The body is larger than 64 KB." });
        return;
      }
      const reading = readFaultSet(parseJson(body.body), functionNames());
      if (reading.type === "invalid") {
        answerJson(res, 400, { message: reading.message });
        return;
      }
      const { indexLagMs, staleReads } = reading.faults;
      const refusal = indexLagMs === undefined && staleReads === undefined ? undefined : await past.prepare();
      if (refusal !== undefined) {
        answerJson(res, 503, { message: refusal });
        return;
      }
      faults.set(reading.faults);
      res.writeHead(204).end();
    },
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
