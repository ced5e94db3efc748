import { expect, test } from "vitest";
import { environmentOf, targetIn, targetOf } from "../../smoke/settings.ts";

const VALUES = {
  "http-url": "https://abc.execute-api.eu-west-1.amazonaws.com/",
  "ws-url": "wss://def.execute-api.eu-west-1.amazonaws.com/prod",
  "token-command": "./token.sh",
};

test("a deployment is named by its two addresses and a command, and is told on by the environment", () => {
  const target = targetOf(VALUES);
  expect(target).toEqual({
    httpUrl: "https://abc.execute-api.eu-west-1.amazonaws.com",
    wsUrl: "wss://def.execute-api.eu-west-1.amazonaws.com/prod",
    tokenCommand: "./token.sh",
  });
  expect(targetIn(environmentOf(target as Exclude<typeof target, string>))).toEqual(target);
});

test.each([
  ["http-url", undefined],
  ["http-url", "abc"],
  ["http-url", "wss://def/prod"],
  ["ws-url", undefined],
  ["ws-url", "https://abc"],
  ["token-command", undefined],
  ["token-command", " "],
] as const)("--%s of %s is asked for in a sentence", (name, value) => {
  expect(targetOf({ ...VALUES, [name]: value })).toMatch(new RegExp(`^--${name} .+\\.$`));
});
