import { describe, expect, test, TestRunner, vi } from "vitest";
import { subjectOf, tokenByCommand } from "../../support/token-command.ts";

const encoded = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString("base64url");

describe("a token command", () => {
  test("is told whom the token is for and what stands in it", async () => {
    const options = { userId: "al ice", displayName: "Al", expiresInSeconds: 60 };
    const printed = await tokenByCommand(
      'echo "$PARLEY_USER/$PARLEY_DISPLAY_NAME/$PARLEY_EXPIRES_IN/"',
      options,
    );
    expect(printed).toBe("al ice/Al/60/");
  });

  test("that fails says why", async () => {
    await expect(tokenByCommand("echo no pool >&2; exit 4", { userId: "alice" })).rejects.toThrow(
      "The token command ended with 4 for alice: no pool",
    );
  });

  test("that cannot give a token of the kind skips the test", async () => {
    const current = TestRunner.getCurrentTest()!;
    const skip = vi.fn();
    vi.spyOn(TestRunner, "getCurrentTest").mockReturnValue({
      ...current,
      context: { ...current.context, skip: skip as never },
    });
    await expect(tokenByCommand("echo none that short >&2; exit 3", { userId: "alice" })).rejects.toThrow(
      "none that short",
    );
    expect(skip).toHaveBeenCalledExactlyOnceWith("none that short");
  });

  test("names the user that the issuer has made of them", () => {
    expect(subjectOf(`x.${encoded({ sub: "a1" })}.y`)).toBe("a1");
    for (const bad of ["", "a.b", `x.${encoded({})}.y`]) expect(() => subjectOf(bad)).toThrow("no token");
  });
});
