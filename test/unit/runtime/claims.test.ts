import { describe, expect, it } from "vitest";
import { claimsOf } from "../../../lambdas/runtime/claims.ts";

describe("the claims of a profile", () => {
  it("are the handle, the name and the picture", () => {
    expect(
      claimsOf({ preferred_username: "ann", name: "Ann", picture: "https://x/a.png", email: "a@x" }),
    ).toEqual({
      handle: "ann",
      fullName: "Ann",
      picture: "https://x/a.png",
    });
  });

  it("take Cognito's user name where no other handle is given", () => {
    expect(claimsOf({ "cognito:username": "ann" })).toEqual({ handle: "ann" });
    expect(claimsOf({ preferred_username: "a", "cognito:username": "b" })).toEqual({ handle: "a" });
    expect(claimsOf({ preferred_username: "", "cognito:username": "b" })).toEqual({ handle: "b" });
  });

  it("that are absent leave no trace, so that stored ones stay", () => {
    expect(Object.keys(claimsOf({ sub: "x" }))).toEqual([]);
  });

  it.each([1, null, true, {}, ["x"], "", "\ud83d", "x".repeat(2_049)])("%# counts as absent", (value) => {
    expect(claimsOf({ preferred_username: value, name: value, picture: value })).toEqual({});
  });

  it("may be 256 characters long, a picture's address 2,048", () => {
    const claims = { preferred_username: "x".repeat(256), name: "y".repeat(256), picture: "z".repeat(2_048) };
    expect(Object.keys(claimsOf(claims))).toHaveLength(3);
    expect(claimsOf({ preferred_username: "x".repeat(257), name: "y".repeat(257) })).toEqual({});
  });
});
