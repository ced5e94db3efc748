import { onTestFinished, test } from "vitest";
import { startCloudProcess } from "../support/start-cloud.ts";
import { synthesizeSample } from "./sample.ts";
import { visitAuction } from "./visit-auction.ts";

test("an app that knows nothing of the local cloud is served as it stands", async () => {
  const args = [await synthesizeSample("auction")];
  const cloud = await startCloudProcess({ projectFolder: import.meta.dirname, args });
  onTestFinished(async () => {
    await cloud.stop();
  });
  await visitAuction(cloud);
});
