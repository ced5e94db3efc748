import { expect, it } from "vitest";
import { readLedger } from "../../bench/ledger/ledger-file.ts";
import { disagreements, measureCloudLedger } from "../../bench/ledger/measure-cloud-ledger.ts";

const OPERATIONS = [
  "GET /api/conversations, 20 of 30",
  "GET /api/conversations/{conversationId}/messages, 50 messages",
  "send_message",
  "send_message that answers the other's",
  "edit_message",
  "send_message, group of 20",
];

it("the local cloud counts for an operation what the ledger says", async () => {
  const ledger = readLedger();
  const lines = await measureCloudLedger(ledger, [20], (name) => OPERATIONS.includes(name));
  expect(lines.map(({ operation }) => operation)).toEqual(OPERATIONS);
  expect(lines.flatMap((line) => disagreements(line, ledger))).toEqual([]);
});
