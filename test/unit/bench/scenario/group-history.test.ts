import { expect, it } from "vitest";
import { groupOperationCosts } from "../../../../bench/costs/scenario/operation-costs.ts";
import { readLedger } from "../../../../bench/ledger/ledger-file.ts";

/** RRU that a function which does not remember the group, as the ledger's, reads first. */
const REMEMBERED = 2.5;

it("a group's history costs in the calculator what the ledger says, by a function that remembers the group", () => {
  const history = readLedger().find(
    ({ operation }) =>
      operation === "GET /api/conversations/{conversationId}/messages, 50 messages, group of 20",
  );
  const { WRU, RRU } = groupOperationCosts(20).history;
  expect({ WRU, RRU: RRU + REMEMBERED }).toEqual({ WRU: history?.WRU, RRU: history?.RRU });
});
