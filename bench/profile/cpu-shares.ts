/** As V8's profiler gives it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
}

/** Milliseconds by what they went into, idle ones left out. The profiler tells not what ran from what waited for a core. */
export type CpuShares = ReadonlyMap<string, number>;

/** V8's own marks. */
const MARKS: ReadonlyMap<string, string | undefined> = new Map([
  ["(idle)", undefined],
  ["(root)", undefined],
  ["(garbage collector)", "garbage"],
  ["(program)", "the kernel, the parser of HTTP, compiling"],
]);
/** Of libuv's streams: a system call each. */
const WRITES = /^(writev|write(Utf8|Latin1|Ascii|Ucs2)?(String|Buffer)?|shutdown)$/;

export function cpuShares(profiles: readonly CpuProfile[]): CpuShares {
  const shares = new Map<string, number>();
  for (const { nodes, samples, timeDeltas } of profiles) {
    const kinds = new Map(nodes.map(({ id, callFrame }) => [id, kindOf(callFrame)]));
    samples.forEach((id, index) => {
      const kind = kinds.get(id);
      // A sample is what ran until the next.
      const ms = (timeDeltas[index + 1] ?? 0) / 1000;
      if (kind !== undefined) shares.set(kind, (shares.get(kind) ?? 0) + ms);
    });
  }
  return new Map([...shares].sort(([, one], [, other]) => other - one));
}

function kindOf({ functionName, url }: ProfileNode["callFrame"]): string | undefined {
  if (MARKS.has(functionName)) return MARKS.get(functionName);
  if (url === "")
    return WRITES.test(functionName) ? "writing to sockets and pipes" : "V8's and Node's built-ins";
  if (/^node:(_http|internal\/http|_tls)/.test(url)) return "Node: HTTP";
  if (/^node:(net|internal\/stream|stream|internal\/js_stream)/.test(url)) return "Node: sockets and streams";
  if (url.startsWith("node:")) return "Node: the rest";
  const [, packageName] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (packageName !== undefined) return packageName;
  const [, room] = /\/local\/(\w+\/\w+)/.exec(url) ?? [];
  if (room !== undefined) return `local/${room}`;
  return "the function's bundle";
}
