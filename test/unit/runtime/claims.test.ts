import { describe, expect, it } from "vitest";
import { identityOf } from "../../../lambdas/runtime/claims.ts";

const HTTPS = { avatarSchemes: ["https:"] };
const claimsOf = (claims: Record<string, unknown>, rules = HTTPS) =>
  identityOf({ sub: "x", ...claims }, rules)?.claims;

describe("whom a token names", () => {
  it.each(["ann", " auth0|x#%😀\u202e", "x".repeat(255), "😀".repeat(255)])("is %j, unaltered", (sub) => {
    expect(identityOf({ sub, iat: 17.5 }, HTTPS)).toEqual({ userId: sub, claims: {}, issuedAt: 17.5 });
  });

  it.each([undefined, null, 7, true, ["ann"], { id: "ann" }, "", "\ud83d", "x".repeat(256)])(
    "is nobody where the subject is %j",
    (sub) => {
      expect(identityOf({ sub, name: "Ann" }, HTTPS)).toBeNull();
    },
  );

  it.each([
    [1_700_000_000, 1_700_000_000],
    ["1700000000", 1_700_000_000],
    [undefined, null],
    [null, null],
    ["", null],
    ["soon", null],
    [[1], null],
  ])("was named at %j: %j", (iat, issuedAt) => {
    expect(identityOf({ sub: "x", iat }, HTTPS)?.issuedAt).toBe(issuedAt);
  });
});

describe("the claims of a profile", () => {
  it("are the handle, the name and the picture", () => {
    expect(
      claimsOf({ preferred_username: "ann", name: "Ann", picture: "https://x/a.png", email: "a@x" }),
    ).toEqual({ handle: "ann", fullName: "Ann", picture: "https://x/a.png" });
  });

  it("take Cognito's user name where no other handle is given, or none that shows", () => {
    expect(claimsOf({ "cognito:username": "ann" })).toEqual({ handle: "ann" });
    expect(claimsOf({ preferred_username: "a", "cognito:username": "b" })).toEqual({ handle: "a" });
    expect(claimsOf({ preferred_username: "", "cognito:username": "b" })).toEqual({ handle: "b" });
    expect(claimsOf({ preferred_username: "\u200b", "cognito:username": "b" })).toEqual({ handle: "b" });
    expect(claimsOf({ preferred_username: 7, "cognito:username": "b" })).toEqual({ handle: "b" });
  });

  it.each([undefined, 1, null, true, {}, ["x"]])("%# is absent, so that what is stored stays", (value) => {
    expect(claimsOf({ preferred_username: value, name: value, picture: value })).toEqual({});
  });

  it("are none where the token names them and nothing can be shown", () => {
    expect(claimsOf({ preferred_username: " ", name: "\u202e\u0000", picture: "" })).toEqual({
      handle: null,
      fullName: null,
      picture: null,
    });
  });

  it("have a picture of https only, unless the stage is of this machine", () => {
    const picture = "http://localhost:3000/a.png";
    expect(claimsOf({ picture })).toEqual({ picture: null });
    expect(claimsOf({ picture }, { avatarSchemes: ["https:", "http:"] })).toEqual({ picture });
  });
});
