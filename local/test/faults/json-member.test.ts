import fc from "fast-check";
import { expect, test } from "vitest";
import { takeMember } from "../../faults/json-member.ts";

const take = (json: string, name = "Cost") => {
  const taken = takeMember(Buffer.from(json), name);
  return taken === null ? null : { value: taken.value, rest: taken.rest.toString("utf8") };
};

test.each([
  ['{"Cost":1}', 1, "{}"],
  ['{"Cost":{"a":[1,"}"]},"b":2}', { a: [1, "}"] }, '{"b":2}'],
  ['{"b":2,"Cost":"x\\"y"}', 'x"y', '{"b":2}'],
  ['{"b":{"Cost":9},"Cost":null,"c":"Cost"}', null, '{"b":{"Cost":9},"c":"Cost"}'],
  [' { "10": 1 , "Cost" : true , "2": 1.0 }', true, ' { "10": 1 ,  "2": 1.0 }'],
])("of %s the member goes and the rest stays as it is written", (json, value, rest) => {
  expect(take(json)).toEqual({ value, rest });
});

test.each(["{}", '{"b":{"Cost":1}}', '{"b":"\\"Cost\\":1"}', '["Cost"]', '"Cost"', ""])(
  "%s has no such member",
  (json) => expect(take(json)).toBeNull(),
);

test("any object, any place", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom(0, 1, "\t"),
      (object, value, at, indent) => {
        const rest = Object.entries(object).filter(([name]) => name !== "Cost");
        const members = [...rest];
        members.splice(at % (members.length + 1), 0, ["Cost", value]);
        const taken = take(JSON.stringify(Object.fromEntries(members), null, indent));
        expect(JSON.stringify(taken?.value)).toBe(JSON.stringify(value));
        expect(JSON.parse(taken?.rest ?? "")).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(rest))));
      },
    ),
  );
});
