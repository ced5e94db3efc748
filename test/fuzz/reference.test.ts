import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeAdminSendRequest,
  decodeSignOutRequest,
  decodeUserRequest,
  decodeEraseRequest,
} from "../../lambdas/protocol/admin-requests.ts";
import { decodeFrame } from "../../lambdas/protocol/client-frames.ts";
import type { Decoded } from "../../lambdas/protocol/fields.ts";
import {
  decodeEditRequest,
  decodeFindOrCreateRequest,
  decodeHistoryQuery,
  decodeListQuery,
  decodePresenceQuery,
  decodeQuery,
  decodeReactionQuery,
  decodeReactionsQuery,
  decodeReadRequest,
  decodeSendRequest,
  decodeUserQuery,
} from "../../lambdas/protocol/http-requests.ts";
import { ACTIONS } from "../../lambdas/protocol/routes.ts";
import { FRAMES, REQUESTS } from "../../reference/sent-by-clients.ts";
import type { JsonSchema } from "../../reference/json-schema.ts";
import { runs } from "../support/property-runs.ts";

/*
 * The published schemas and the decoders are written apart; here each must take what the other takes. Requests
 * begin valid, and up to two of their fields are then replaced, so that every field decides often by itself.
 */

const ajv = new Ajv({ strict: false, ownProperties: true });

const edges = (most: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom("x", "😀", "\u0301", "\ud83d", " ", "\u2800", "\u0000"),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([unit, off]) => unit.repeat(most + off));
const text = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "7",
    "100",
    "101",
    "1e2",
    "-1",
    "true",
    "True",
    "\u200b",
    "\ufeff",
    "a\u0000",
    "\ude00x",
  ),
  fc.string({ unit: "binary" }),
  edges(1),
  edges(64),
  edges(128),
  edges(2_000),
);
const junk = fc.oneof(
  { weight: 4, arbitrary: text },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, -0, -1, 1, 0.5, 100, 101, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e308),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, ["x"], { length: 1 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** A value that the schema takes, plainly. */
function valid({
  type,
  const: only,
  enum: some,
  minimum = 0,
  maximum = 0,
  items,
  maxItems = 100,
  examples,
}: JsonSchema): fc.Arbitrary<unknown> {
  if (only !== undefined) return fc.constant(only);
  if (type === "boolean") return fc.boolean();
  if (examples) return fc.constantFrom(...examples);
  if (some) return fc.constantFrom(...some);
  if (type === "integer") return fc.integer({ min: minimum, max: Math.min(maximum, 1_000) });
  // Around the limit too: one of each length comes often enough.
  if (items) {
    return fc.oneof(
      fc.array(valid(items), { minLength: 1, maxLength: 10 }),
      fc
        .integer({ min: maxItems - 1, max: maxItems + 1 })
        .map((length) => Array.from({ length }, (_, index) => `x${index}`)),
    );
  }
  return fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).map((letters) => `x${letters}`);
}

const GONE = Symbol("gone");

/** Objects about the schema's fields, as JSON would carry them. */
function about({ properties = {}, required = [] }: JsonSchema, replaced = junk): fc.Arbitrary<object> {
  const names = Object.keys(properties);
  const whole = fc.record(Object.fromEntries(names.map((name) => [name, valid(properties[name]!)])), {
    requiredKeys: [...required],
  });
  const changes = fc.array(
    fc.tuple(fc.constantFrom(...names, "other", "__proto__"), fc.oneof(replaced, fc.constant(GONE))),
    { maxLength: 2 },
  );
  return fc.tuple(whole, changes).map(([fields, changed]) => {
    const entries = new Map<string, unknown>(Object.entries(fields));
    for (const [name, value] of changed) {
      if (value === GONE) entries.delete(name);
      else entries.set(name, value);
    }
    const members = [...entries].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    return JSON.parse(`{${members.join(",")}}`) as object;
  });
}

/** What no schema says of metadata; its description does: how large, how deep, and one name that no field has. */
function isBeyondSchemas(value: unknown): boolean {
  const json = JSON.stringify((value as { metadata?: unknown }).metadata ?? null);
  return Buffer.byteLength(json) > 1_024 || json.includes("__proto__") || /([{[][^{}[\]]*){6}/.test(json);
}

/** Both say the same of everything, and neither says the same all the time. */
function agree(
  schema: JsonSchema,
  values: fc.Arbitrary<object>,
  takes: (value: object) => boolean,
  count: number,
): void {
  const validate = ajv.compile(schema);
  const said = { true: 0, false: 0 };
  fc.assert(
    fc.property(values, (value) => {
      fc.pre(!isBeyondSchemas(value));
      const taken = takes(value);
      said[`${taken}`] += 1;
      expect({ value, taken: validate(value) }).toEqual({ value, taken });
    }),
    runs(count),
  );
  expect(Math.min(said.true, said.false)).toBeGreaterThan(count / 20);
}

describe("the published schema takes what the decoder takes, and nothing else", () => {
  it.for(ACTIONS)("of a frame: %s", (action) => {
    const frames = about(FRAMES[action]).filter((frame) => (frame as { action?: unknown }).action === action);
    agree(FRAMES[action], frames, (frame) => decodeFrame(JSON.stringify(frame)).ok, 3_000);
  });

  it.for([
    ["POST /api/conversations/{conversationId}/messages", decodeSendRequest],
    ["PATCH /api/conversations/{conversationId}/messages/{seq}", decodeEditRequest],
    ["POST /api/conversations/{conversationId}/read", decodeReadRequest],
    ["POST /api/conversations/find-or-create", decodeFindOrCreateRequest],
    ["PUT /api/admin/users", decodeUserRequest],
    ["POST /api/admin/users/sign-out", decodeSignOutRequest],
    ["POST /api/admin/users/erase", decodeEraseRequest],
    ["POST /api/admin/conversations/{conversationId}/messages", decodeAdminSendRequest],
  ] as const)("of a body: %s", ([route, decode]) => {
    const schema = REQUESTS[route].body!;
    agree(schema, about(schema), (body) => decode(JSON.stringify(body)).ok, 3_000);
  });
});

const ofQuery =
  (decode: (query: Readonly<Record<string, string | undefined>>) => Decoded<object>) =>
  (raw: string): Decoded<object> => {
    const query = decodeQuery(raw);
    return query.ok ? decode(query.value) : query;
  };

/** As OpenAPI's style `form` writes it, lists without `explode`. */
const written = (query: object): string =>
  Object.entries(query)
    .map(([name, value]) => {
      const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
      return `${encodeURIComponent(name)}=${parts.map((part) => encodeURIComponent(String(part))).join(",")}`;
    })
    .join("&");

/** Halves of surrogates cannot be percent-encoded at all. */
const wellFormed = text.filter((value) => !/\p{Surrogate}/u.test(value));

describe("a query that the published parameters take is decoded, and what is decoded fits them", () => {
  it.for([
    ["GET /api/conversations", ofQuery(decodeListQuery)],
    ["GET /api/conversations/{conversationId}/messages", ofQuery(decodeHistoryQuery)],
    ["GET /api/conversations/{conversationId}/messages/{seq}/reactions", ofQuery(decodeReactionsQuery)],
    ["PUT /api/conversations/{conversationId}/messages/{seq}/reactions", ofQuery(decodeReactionQuery)],
    ["GET /api/users", ofQuery(decodeUserQuery)],
    ["GET /api/presence", decodePresenceQuery],
  ] as const)("%s", ([route, decode]) => {
    const schema = REQUESTS[route].query!;
    const validate = ajv.compile(schema);
    const said = { true: 0, false: 0 };
    const numbers = Object.entries(schema.properties ?? {}).filter(([, { type }]) => type === "integer");
    fc.assert(
      fc.property(about(schema, wellFormed), (query) => {
        // What no schema of a parameter can say; the document says it in words.
        fc.pre(!("before" in query && "after" in query));
        const list = (query as { userIds?: unknown }).userIds;
        // One id with a comma in it may also be a list that was encoded as a whole.
        fc.pre(!Array.isArray(list) || (list.length > 1 && new Set(list).size === list.length));
        fc.pre(list === undefined || Array.isArray(list));

        // A number of the query is one where it is written in digits, as a client would write it.
        const asParsed: Record<string, unknown> = { ...query };
        for (const [name] of numbers) {
          const value = asParsed[name];
          if (typeof value === "string" && /^\d{1,16}$/.test(value)) asParsed[name] = Number(value);
        }
        const taken = decode(written(query)).ok;
        said[`${taken}`] += 1;
        expect({ query, taken: validate(asParsed) }).toEqual({ query, taken });
      }),
      runs(2_000),
    );
    expect(Math.min(said.true, said.false)).toBeGreaterThan(100);
  });
});
