import { describe, expect, it, vi } from "vitest";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";
import { HTTP_STATUS } from "../../../lambdas/protocol/codes.ts";
import { toClientError } from "../../../lambdas/runtime/client-error.ts";

const log = () => ({ info: vi.fn(), warn: vi.fn(), error: vi.fn() });

describe("what a client is told", () => {
  it("is a refusal as it stands, and no operator is called", () => {
    const to = log();
    expect(toClientError(new Refusal("RATE_LIMITED", "Too many.", 3), to, "sync")).toEqual({
      code: "RATE_LIMITED",
      message: "Too many.",
      retryAfterSeconds: 3,
    });
    expect(to.error).not.toHaveBeenCalled();
  });

  it.each([
    new Error("secret table Parley"),
    new TypeError("secret"),
    "secret",
    undefined,
    { code: "FORBIDDEN" },
  ])("of anything else is only that it went wrong: %#", (thrown) => {
    const to = log();
    const told = toClientError(thrown, to, "sync");
    expect(told).toMatchObject({ code: "INTERNAL", retryAfterSeconds: null });
    expect(JSON.stringify(told)).not.toContain("secret");
    expect(to.error).toHaveBeenCalledWith("request failed", thrown, { route: "sync" });
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
