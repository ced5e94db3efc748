import { describe, expect, it } from "vitest";
import { optionsListing, readOptions } from "../../../../bench/costs/scenario/read-options.ts";

const read = (line: string) => readOptions(line.split(" "));
const scenario = (line: string) => {
  const asked = read(line);
  if (typeof asked === "string") throw new Error(asked);
  return asked.scenario;
};

describe("options of a scenario", () => {
  it("are taken as they are given, the others as they usually are", () => {
    expect(scenario("--users 200 --devices 2 --identity own --page yes --free-tier yes")).toMatchObject({
      users: 200,
      devices: 2,
      identity: "own",
      page: true,
      freeTier: true,
      messagesADay: 1_000,
      stored: 365_000,
      groups: 0.3,
    });
    expect(read("--users 1 --picture bill.svg")).toMatchObject({ picture: "bill.svg" });
  });

  it("give messages by user or all together", () => {
    expect(scenario("--users 200 --messages-a-user 3").messagesADay).toBe(600);
    expect(scenario("--users 200 --messages-a-day 3").messagesADay).toBe(3);
    expect(scenario("--users 200 --messages-a-day 3 --stored 0").stored).toBe(0);
  });

  it.each([
    ["--user 3", "There is no option --user."],
    ["users 3", "There is no option users."],
    ["--constructor 3", "There is no option --constructor."],
    ["--users", "The option --users has no value."],
    ["--users 3 --users 4", "The option --users is given twice."],
    ["--users many", "The option --users is a whole number from 0 up, not many."],
    ["--users 1.5", "The option --users is a whole number from 0 up, not 1.5."],
    ["--users -1", "The option --users is a whole number from 0 up, not -1."],
    ["--users ", "The option --users is a whole number from 0 up, not ."],
    ["--groups 1.01", "The option --groups is a number from 0 to 1, not 1.01."],
    ["--devices 11", "The option --devices is a number from 1 to 10, not 11."],
    ["--busiest-hour 0", "The option --busiest-hour is a number from 0.042 to 1, not 0."],
    ["--identity plus", "The option --identity is essentials, lite, own, not plus."],
    ["--page maybe", "The option --page is no, yes, not maybe."],
    ["--picture bill.png", "The picture is an SVG: bill.png does not end in .svg."],
    ["--users 0 --messages-a-day 1", "Without users nobody sends messages: --users is 0."],
    [
      "--messages-a-user 1 --messages-a-day 1",
      "Messages are given by user (--messages-a-user) or all together (--messages-a-day), not both.",
    ],
  ])("%s: %s", (line, sentence) => {
    expect(read(line)).toBe(sentence);
  });

  it("are all listed with what they usually are", () => {
    expect(optionsListing()).toContain("  --users              users active in the month (1000)\n");
    expect(optionsListing()).toContain("--free-tier ");
  });
});
