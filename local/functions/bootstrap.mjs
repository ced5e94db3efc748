// Runs inside the function's process, with plain node: loads the handler, then asks the runtime API for
// one invocation after the other. The protocol is the one of Lambda's own runtime interface clients.
import fs from "node:fs";
import http from "node:http";
import Module from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { leadNamesHome } from "./aws-names.mjs";
import { lendSdk } from "./runtime-sdk.mjs";

// Some shells set these for the programs they start; Lambda has none of them.
delete process.env._;
delete process.env.SHLVL;
// Read before the handler's code can see it.
const door = process.env.LOCAL_CLOUD_DOOR;
delete process.env.LOCAL_CLOUD_DOOR;
if (door !== undefined) leadNamesHome(JSON.parse(door));

const env = process.env;
const taskRoot = env.LAMBDA_TASK_ROOT;
const base = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
/** Ours alone: asks that the next invocation be the answer, which saves a request for each of them. */
const BRING_NEXT = { "local-bring-next": "true" };
let currentRequestId;
const clock = adjustableClock();

for (const [method, level] of Object.entries({
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
})) {
  // One call, one line, with the request it belongs to: as Lambda's runtime writes it.
  console[method] = (...args) => {
    const text = format(...args).replaceAll("\n", "\r");
    process.stdout.write(`${new Date().toISOString()}\t${currentRequestId ?? ""}\t${level}\t${text}\n`);
  };
}

process.on("uncaughtException", (error) => crash(error, 129));
process.on("unhandledRejection", (reason) => {
  const error = new Error(reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason));
  error.name = "Runtime.UnhandledPromiseRejection";
  error.stack = reason instanceof Error ? reason.stack : error.stack;
  return crash(error, 128);
});

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  console.error(error);
  await post("/init/error", failure(error)).catch(() => undefined);
  process.exit(1);
}
let next;
while (true) {
  try {
    next ??= await request("GET", "/invocation/next");
  } catch {
    // The local cloud has gone.
    process.exit(0);
  }
  if (next.status !== 200) process.exit(0);
  next = await handle(next);
}

/** Gives the next invocation, where the answer to this one's outcome has brought it along. */
async function handle({ headers, body }) {
  const requestId = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  clock.setSkew(Number(headers["local-clock-skew-ms"] ?? 0));
  currentRequestId = requestId;
  env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.realNow()),
  };
  let answer;
  try {
    const result = await handler(JSON.parse(body), context);
    answer = ["response", JSON.stringify(result === undefined ? null : result) ?? "null"];
  } catch (error) {
    console.error("Invoke Error", error);
    answer = ["error", JSON.stringify(failure(error))];
  }
  try {
    const brought = request("POST", `/invocation/${requestId}/${answer[0]}`, answer[1], BRING_NEXT);
    currentRequestId = undefined;
    const next = await brought;
    return next.status === 200 ? next : undefined;
  } catch {
    process.exit(0);
  }
}

/**
 * A clock that can be told to be wrong. `Date.now` is replaced before the handler's code can keep a
 * reference to it; `Date` itself only once a skew is asked for.
 */
function adjustableClock() {
  const RealDate = Date;
  const realNow = RealDate.now;
  let skew = 0;
  const now = () => realNow() + skew;
  Object.defineProperty(now, "name", { value: "now" });
  RealDate.now = now;
  const shifted = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  return {
    realNow,
    setSkew: (ms) => {
      skew = ms;
      if (ms === 0 || globalThis.Date === shifted) return;
      globalThis.Date = shifted;
      RealDate.prototype.constructor = shifted;
    },
  };
}

async function crash(error, exitCode) {
  console.error("Uncaught Exception", error);
  const where = currentRequestId === undefined ? "/init/error" : `/invocation/${currentRequestId}/error`;
  await post(where, failure(error)).catch(() => undefined);
  process.exit(exitCode);
}

function failure(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: format("%s", error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}

async function loadHandler() {
  const spec = env._HANDLER;
  const at = spec.lastIndexOf(".");
  const [name, property] = [spec.slice(0, at), spec.slice(at + 1)];
  const file = [".mjs", ".js", ".cjs"]
    .map((extension) => path.join(taskRoot, name + extension))
    .find((candidate) => fs.existsSync(candidate));
  if (at < 1 || file === undefined) {
    throw named("Runtime.ImportModuleError", `Cannot find module '${name}' in the function's code`);
  }
  loadScriptsByTheAssetsOwnPackage();
  const isModule = file.endsWith(".mjs") || (file.endsWith(".js") && packageType(file) === "module");
  lendSdk(file, isModule);
  const loaded = isModule ? await import(pathToFileURL(file).href) : Module.createRequire(file)(file);
  const found = loaded?.[property];
  if (typeof found !== "function") {
    throw named("Runtime.HandlerNotFound", `${spec} is undefined or not exported`);
  }
  if (found.length > 2) {
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      "Callback-based handlers are no longer supported; return a promise instead",
    );
  }
  return found;
}

/**
 * In Lambda nothing lies above the task root. Here a project does, and its "type": "module" must not
 * turn the asset's CommonJS files into modules.
 */
function loadScriptsByTheAssetsOwnPackage() {
  const original = Module._extensions[".js"];
  Module._extensions[".js"] = (module, file) => {
    if (file.startsWith(taskRoot + path.sep) && packageType(file) !== "module") {
      module._compile(fs.readFileSync(file, "utf8"), file);
    } else original(module, file);
  };
}

function packageType(file) {
  for (let folder = path.dirname(file); folder.startsWith(taskRoot); folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (fs.existsSync(manifest)) return JSON.parse(fs.readFileSync(manifest, "utf8")).type ?? "commonjs";
  }
  return "commonjs";
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

function post(where, value) {
  return request("POST", where, JSON.stringify(value));
}

function request(method, where, body, more) {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...more };
    const outgoing = http.request(base + where, { method, agent, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
