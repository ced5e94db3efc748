// Loaded into each process of a local cloud before anything else (`--import`): records where its CPU goes, or what
// its HTTP requests wait for, and writes what it has since the last time whenever it gets SIGUSR2.
import { subscribe } from "node:diagnostics_channel";
import { renameSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";

const { searchParams } = new URL(import.meta.url);
const folder = searchParams.get("folder");
const take = searchParams.get("what") === "cpu" ? await recordCpu() : recordRequests();
let written = 0;

process.on("SIGUSR2", () => {
  void take().then((recording) => {
    const file = join(folder, `${process.pid}-${(written += 1)}.json`);
    // Renamed when it is whole: whoever waits for it never reads half of it.
    writeFileSync(`${file}.part`, JSON.stringify(recording));
    renameSync(`${file}.part`, file);
  });
});

async function recordCpu() {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 1000 });
  await session.post("Profiler.start");
  return async () => {
    const { profile } = await session.post("Profiler.stop");
    await session.post("Profiler.start");
    return profile;
  };
}

/** Times are of the machine's monotonic clock, the same in all processes. */
function recordRequests() {
  let events = [];
  const note = (kind) => (message) => {
    const { request } = message;
    const target = request.getHeader?.("x-amz-target") ?? request.headers?.["x-amz-target"];
    const path = request.path ?? request.url;
    const at = Number(process.hrtime.bigint()) / 1e6;
    events.push({ at, kind, method: request.method, path, ...(target && { target }) });
  };
  subscribe("http.client.request.start", note("asked"));
  subscribe("http.client.response.finish", note("answered"));
  subscribe("http.server.request.start", note("received"));
  subscribe("http.server.response.finish", note("responded"));
  return () => {
    const taken = events;
    events = [];
    return Promise.resolve(taken);
  };
}
