/** How a try ended. */
export type Reply<T> =
  | { readonly type: "answer"; readonly data: T }
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  /** No answer, or none that tells what became of it: it may have been done, and may still be. */
  | { readonly type: "unknown"; readonly because: "timeout" | "closed" | "gateway error" };

/** These may pass; any other refusal of what a right client asks is a fault of the server. */
export const PASSING: ReadonlySet<string> = new Set(["INTERNAL", "RATE_LIMITED", "UNAUTHORIZED"]);
