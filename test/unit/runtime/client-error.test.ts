import { describe, expect, it, vi } from "vitest";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";
import { HTTP_STATUS } from "../../../lambdas/protocol/codes.ts";
import { toClientError } from "../../../lambdas/runtime/client-error.ts";
import { MemoryMetrics } from "../../support/memory/metrics.ts";

const operator = () => ({
  log: { audit: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() },
  metrics: new MemoryMetrics(),
});

describe("what a client is told", () => {
  it("is a refusal as it stands, and no operator is called", () => {
    const to = operator();
    expect(toClientError(new Refusal("RATE_LIMITED", "Too many.", 3), to, "sync")).toEqual({
      code: "RATE_LIMITED",
      message: "Too many.",
      retryAfterSeconds: 3,
    });
    expect(to.log.error).not.toHaveBeenCalled();
    expect(to.metrics.counts).toEqual({ RefusedRateLimited: 1 });
  });

  it.each([
    new Error("secret table Parley"),
    new TypeError("secret"),
    "secret",
    undefined,
    { code: "FORBIDDEN" },
  ])("of anything else is only that it went wrong: %#", (thrown) => {
    const to = operator();
    const told = toClientError(thrown, to, "sync");
    expect(told).toMatchObject({ code: "INTERNAL", retryAfterSeconds: null });
    expect(JSON.stringify(told)).not.toContain("secret");
    expect(to.log.error).toHaveBeenCalledWith("request failed", thrown, { route: "sync" });
    expect(to.metrics.counts).toEqual({ RefusedInternal: 1 });
  });

  it("has a status of its own for each code", () => {
    expect(HTTP_STATUS).toEqual({
      INVALID_REQUEST: 400,
      UNAUTHORIZED: 401,
      FORBIDDEN: 403,
      NOT_FOUND: 404,
      CONFLICT: 409,
      PAYLOAD_TOO_LARGE: 413,
      RATE_LIMITED: 429,
      INTERNAL: 500,
    });
  });
});
