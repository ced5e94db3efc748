import { request } from "node:http";
import type { Endpoints } from "../../test/support/person.ts";
import type { Figure } from "../benchmark.ts";

/** A page of somebody else's whose name leads to this machine asks the local cloud for a token. */
export async function askThroughAnotherHost(cloud: Endpoints): Promise<Figure> {
  const status = await new Promise<number>((resolve, reject) => {
    const asked = request(
      `${cloud.httpUrl}/_local/token`,
      { method: "POST", headers: { host: "evil.example", "content-type": "application/json" } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    asked.once("error", reject);
    asked.end(JSON.stringify({ userId: "somebody" }));
  });
  return {
    name: "a token for whoever asks under another Host",
    value: status === 200 ? "given" : `refused with ${status}`,
  };
}
