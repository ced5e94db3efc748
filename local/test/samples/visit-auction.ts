import { expect } from "vitest";
import { getJson } from "../cli/fixture.ts";
import { connect } from "../cli/socket.ts";
import { eventually } from "../support/pace.ts";

/** Uses all there is of the auction: both APIs, the table with its stream, the queue and the schedule's table. */
export async function visitAuction(cloud: {
  readonly httpUrl: string;
  readonly wsUrl: string;
}): Promise<void> {
  const { httpUrl, wsUrl } = cloud;
  const lotNow = (): Promise<{ status: number; body: unknown }> => getJson(`${httpUrl}/lots/${lot}`);
  const watched = (watchers: number): Promise<true> =>
    eventually(
      async () => ((await lotNow()).body as { watchers: number }).watchers === watchers || undefined,
    );

  const preflight = await fetch(`${httpUrl}/lots`, {
    method: "OPTIONS",
    headers: { origin: "https://auction.example", "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-max-age")).toBe("3600");

  const offered = await fetch(`${httpUrl}/lots`, {
    method: "POST",
    body: JSON.stringify({ title: "A lamp", from: 10 }),
  });
  expect(offered.status).toBe(201);
  const { lot } = (await offered.json()) as { lot: string };
  expect((await fetch(`${httpUrl}/lots/nothing`)).status).toBe(404);

  await expect(connect(wsUrl, {})).rejects.toThrow("Unexpected server response: 401");
  await expect(connect(`${wsUrl}?bidder=shill`, {})).rejects.toThrow("Unexpected server response: 403");
  const [ana, ben] = await Promise.all([
    connect(`${wsUrl}?bidder=ana`, {}),
    connect(`${wsUrl}?bidder=ben`, {}),
  ]);

  ben.send({ do: "watch", lot });
  await watched(1);
  ana.send({ do: "bid", lot, amount: 12 });
  expect(await ana.next("bid")).toEqual({ type: "bid", accepted: true });
  expect(await ben.next("news")).toEqual({ type: "news", lot, amount: 12, bidder: "ana" });
  ben.send({ do: "bid", lot, amount: 11 });
  expect(await ben.next("bid")).toEqual({ type: "bid", accepted: false });
  ben.send({ do: "dance" });
  expect(await ben.next("unheard")).toEqual({ type: "unheard" });
  expect(await lotNow()).toEqual({
    status: 200,
    body: { title: "A lamp", price: 12, leader: "ana", watchers: 1 },
  });

  ben.close();
  await watched(0);
}
