// Runs alone in a fresh process, as a function's code does in Lambda: loads it, calls it once, then again
// and again. Told and asked over the process's channel.
const { cpuUsage } = process;

const cpuMs = (since) => {
  const { user, system } = cpuUsage(since);
  return (user + system) / 1000;
};

/** The same in every process of the machine. */
const clockMs = () => Number(process.hrtime.bigint()) / 1e6;

process.once("message", async ({ codePath, first, more }) => {
  const started = performance.now();
  const cpuBefore = cpuUsage();
  const { handler } = require(`${codePath}/index.js`);
  const loaded = performance.now();
  const loadCpuMs = cpuMs(cpuBefore);
  const answers = [await handler(first, {})];
  const called = performance.now();
  const cold = {
    loadMs: loaded - started,
    firstCallMs: called - loaded,
    loadCpuMs,
    firstCallCpuMs: cpuMs(cpuBefore) - loadCpuMs,
  };

  const calls = [];
  const perCall = async (events) => {
    const before = cpuUsage();
    for (const event of events) {
      const startedAt = clockMs();
      answers.push(await handler(event, {}));
      calls.push({ startedAt, endedAt: clockMs() });
    }
    return events.length === 0 ? null : cpuMs(before) / events.length;
  };
  const warming = Math.floor(more.length / 3);
  const warmingCpuMs = await perCall(more.slice(0, warming));
  const warmCpuMs = await perCall(more.slice(warming));
  const told = { ...cold, warmingCpuMs, warmCpuMs, calls: calls.slice(warming), yardstickCpuMs: yardstick() };
  process.send({ ...told, answers }, () => process.disconnect());
});

/** A fixed piece of work of the kind handlers do, so that runs on other machines compare. */
function yardstick() {
  const before = cpuUsage();
  const value = { list: Array.from({ length: 50 }, (_, n) => ({ n, text: `item ${n}`, nested: { n } })) };
  for (let round = 0; round < 2000; round += 1) JSON.parse(JSON.stringify(value));
  return cpuMs(before) / 100;
}
