import type { ErasureStore, TraceStore } from "../../lambdas/chat/duty-ports.ts";

const none = (name: string): never =>
  new Proxy(
    {},
    {
      get: (_, method) => () => Promise.reject(new Error(`Nobody is erased here: ${name}.${String(method)}`)),
    },
  ) as never;

/** For a worker that is to erase nobody: whoever asks it to fails. */
export const NO_DUTIES: { readonly erasures: ErasureStore; readonly traces: TraceStore } = {
  erasures: none("erasures"),
  traces: none("traces"),
};
