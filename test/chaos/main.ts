import { parseArgs } from "node:util";
import { runChaos, type ChaosResult } from "./chaos-run.ts";

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "100" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 30)) },
    parallel: { type: "string", default: "8" },
    replays: { type: "string", default: "20" },
    "no-faults": { type: "boolean", default: false },
  },
});
const seed = wholeNumber("seed");
const result = await runChaos({
  histories: wholeNumber("histories"),
  seed,
  parallel: Math.max(1, wholeNumber("parallel")),
  replays: wholeNumber("replays"),
  faults: !values["no-faults"],
  report: (line) => console.log(line),
});
console.log(summaryOf(result));
process.exitCode = result.failures.length === 0 ? 0 : 1;

function wholeNumber(name: "histories" | "seed" | "parallel" | "replays"): number {
  const value = values[name];
  if (/^[0-9]{1,9}$/.test(value)) return Number(value);
  console.error(`--${name} must be a whole number, not ${JSON.stringify(value)}.`);
  process.exit(2);
}

function summaryOf({ totals, failures, repairs, injected, seconds }: ChaosResult): string {
  const faults = [...injected].map(([kind, count]) => `${kind} ${count}`).join(", ");
  return [
    "",
    `histories        ${totals.histories} from seed ${seed}, ${failures.length} failed, ${Math.round(seconds)} s`,
    `with clients     ${totals.withClients} of them: the client that users have on all devices or some`,
    `operations       ${totals.count("operations")}; events received ${totals.count("events")}, looked up at once ${totals.count("probes")}`,
    `faults injected  ${faults === "" ? "none" : faults}`,
    `what broke       gateway errors ${totals.count("gatewayErrors")}, sockets lost ${totals.count("lostSockets")}, connects refused ${totals.count("refusedConnects")}, errors ${totals.count("errors")}, silence ${totals.count("timeouts")}`,
    `messages         ${totals.messages} meant, ${totals.count("attempts")} tries, ${totals.count("acked")} acks, ${totals.count("duplicates")} of them repeats`,
    `changes          ${totals.changesOf("edit")} edits, ${totals.changesOf("delete")} deletions, ${totals.changesOf("react")} reactions and ${totals.changesOf("pin")} pins meant, ${totals.count("changeAttempts")} tries, ${totals.count("changesAcked")} acks, ${totals.count("changesRefused")} refused; ${totals.revs} revs`,
    `groups           ${totals.groups}, the largest of ${totals.largestGroup} people: ${totals.groupActsOf("add")} additions, ${totals.groupActsOf("remove")} removals and leavings, ${totals.groupActsOf("role")} roles and ${totals.groupActsOf("rename")} titles meant, ${totals.count("groupAttempts")} tries, ${totals.count("groupAcked")} answered, ${totals.count("groupRefused")} refused`,
    `repairs          ${repairs}`,
    `lost ${totals.wrong("lost")}, doubled ${totals.wrong("doubled")}, reordered ${totals.wrong("reordered")}, ghosts ${totals.ghosts}; ` +
      `diverged ${totals.wrong("diverged")}, leaked ${totals.wrong("leaked")}, revs ${totals.wrong("revs")}, members ${totals.wrong("members")}; ` +
      `untrue ${totals.wrong("untrue")}, reading ${totals.wrong("reading")}, list ${totals.wrong("list")}, presence ${totals.wrong("presence")}, stuck ${totals.wrong("stuck")}; ` +
      `of the clients: told twice ${totals.wrong("told")}, shown wrong ${totals.wrong("shown")}, failed ${totals.wrong("failed")}, state ${totals.wrong("state")}`,
  ].join("\n");
}
