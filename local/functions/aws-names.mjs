// Runs inside the function's process, before its code: what calls AWS by name comes home or is refused. Code
// makes such names itself, of the event's `domainName` and `stage` or of an API's id, so no text in a template
// or a variable shows them.
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import tls from "node:tls";

const HTTPS = 443;
/** And those that events have as `domainName`. */
const OF_AWS = /\.(amazonaws\.com(\.cn)?|api\.aws|execute-api\.localhost)\.?$/i;

/**
 * @param door where the local cloud answers these names: `{ port, secret, processId, names }`
 */
export function leadNamesHome(door) {
  const names = new Set(door.names);
  const connect = tls.connect;
  // The one function below `https`, `fetch` and `ws`; each looks it up on the module at every call.
  tls.connect = function (...args) {
    const { options, onSecure } = readArguments(args);
    const name = nameOf(options);
    const isServed = names.has(name) && Number(options.port) === HTTPS && !options.socket;
    return isServed ? enter(door, name, options, onSecure) : connect.apply(this, args);
  };
  for (const resolver of [dns, dns.promises]) {
    for (const method of ["lookup", "resolve", "resolve4", "resolve6"]) {
      resolver[method] = refusing(resolver[method], resolver === dns.promises, names);
    }
  }
  syncBuiltinESMExports();
}

/**
 * A connection to the door in place of one by TLS. It never leaves the machine, so nothing is encrypted and no
 * certificate made: the variable by which a process trusts one, NODE_EXTRA_CA_CERTS, is the app's own, and names
 * would still have to be resolved and port 443 to be led elsewhere. The first line says who calls which name.
 */
function enter({ port, secret, processId }, name, { timeout }, onSecure) {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  socket.write(`${secret} ${processId} ${name}\n`);
  Object.assign(socket, { encrypted: true, authorized: true, alpnProtocol: false });
  if (timeout) socket.setTimeout(timeout);
  if (onSecure !== undefined) socket.once("secureConnect", onSecure);
  socket.once("connect", () => socket.emit("secureConnect"));
  return socket;
}

/** `connect(options, cb)`, `connect(port, host, options, cb)` and whatever lies between. */
function readArguments(args) {
  const options = Object.assign({}, ...args.filter((value) => value !== null && typeof value === "object"));
  const [first, second] = args;
  if (typeof first !== "object") options.port = first;
  if (typeof second === "string") options.host = second;
  return { options, onSecure: args.find((value) => typeof value === "function") };
}

const nameOf = ({ host, servername }) => String(host ?? servername ?? "").toLowerCase();

/** `net` resolves by `dns.lookup`, so a refused name is neither asked for nor connected to. */
function refusing(original, isPromise, names) {
  return function (name, ...rest) {
    if (typeof name !== "string" || !OF_AWS.test(name)) return original.call(this, name, ...rest);
    const message = names.has(name.toLowerCase())
      ? `The local cloud serves ${name} by https, at port ${HTTPS}, alone.`
      : `${name} is not served by the local cloud, which sends nothing to AWS.`;
    const error = Object.assign(new Error(message), { code: "ERR_NOT_SERVED_LOCALLY", hostname: name });
    if (isPromise) return Promise.reject(error);
    process.nextTick(rest.at(-1), error);
  };
}
