import { CallFailed, readState } from "./calls.js";
import { connectionsSection } from "./connections.js";
import { byId, setText } from "./dom.js";
import { faultsSection } from "./faults.js";
import { clockTime } from "./format.js";
import { showFunctions } from "./functions.js";
import { showRequests } from "./requests.js";
import { openPartition, showTables } from "./table.js";

const EVERY_MS = 1_000;

const status = byId("poll", HTMLElement);
const faults = faultsSection({ changed: () => pollNow() });
const showConnections = connectionsSection({ cut: faults.cut, openPartition });

/** @type {number | undefined} */
let timer;
let isPolling = false;
let isAskedAgain = false;
/** @type {number | null} */
let answeredAt = null;

async function poll() {
  try {
    const state = await readState();
    showFunctions(state.functions);
    showConnections(state);
    showRequests(state.requests);
    faults.show(state);
    showTables(state.tables);
    answeredAt = Date.now();
    document.body.classList.remove("lost");
    setText(status, "live");
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    document.body.classList.add("lost");
    const since = answeredAt === null ? "" : ` What you see is of ${clockTime(answeredAt)}.`;
    setText(status, `${error.message}${since} Asking again each second.`);
  }
}

/** One poll at a time; one asked for meanwhile follows at once, for the answer under way may be from before. */
function pollNow() {
  if (isPolling) {
    isAskedAgain = true;
    return;
  }
  isPolling = true;
  clearTimeout(timer);
  poll().finally(pollAgain).catch(reportError);
}

function pollAgain() {
  isPolling = false;
  const isSoon = isAskedAgain;
  isAskedAgain = false;
  // A page nobody sees asks nothing.
  if (document.hidden) return;
  if (isSoon) pollNow();
  else timer = setTimeout(pollNow, EVERY_MS);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) pollNow();
});
pollNow();
