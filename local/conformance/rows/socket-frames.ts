import { area } from "../row.ts";
import {
  SDK,
  TRAFFIC,
  UNVERIFIED,
  WS_BACKEND,
  WS_MOCK,
  WS_RESPONSES,
  WS_ROUTES,
  WS_VALIDATION,
} from "../sources.ts";

export const ROUTING = area("Routing of frames", [
  [
    "route.exact",
    "documented",
    WS_ROUTES,
    "The value of the selection expression selects the route of that key.",
  ],
  ["route.nested", "documented", WS_ROUTES, "The expression may lead into the body: `$request.body.x.y`."],
  ["route.default", "documented", WS_ROUTES, "What matches no route goes to `$default`."],
  ["route.not-json", "documented", WS_ROUTES, "A frame that is not JSON goes to `$default`."],
  ["route.lifecycle", "belief", UNVERIFIED, "A client cannot select `$connect` or `$disconnect`."],
  [
    "route.none",
    "seen",
    TRAFFIC,
    "Without a route and a `$default` the client gets the Forbidden frame, and the socket stays open.",
  ],
  [
    "route.handler-error",
    "seen",
    TRAFFIC,
    "A handler's error gives the frame of an internal server error, spaced as the service does.",
  ],
  [
    "route.function-timeout",
    "seen",
    TRAFFIC,
    "A function's timeout gives the frame of an internal server error.",
  ],
  [
    "route.malformed",
    "belief",
    UNVERIFIED,
    "A response without a status code gives the frame of an internal server error.",
  ],
  [
    "route.concurrent",
    "belief",
    UNVERIFIED,
    "Frames of one connection are handled concurrently: no order is promised.",
  ],
  [
    "route.serial",
    "belief",
    UNVERIFIED,
    "On request the frames of one connection are handled one after another, in order.",
  ],
]);

export const MODELS = area("Request models", [
  [
    "model.refuses",
    "documented",
    WS_VALIDATION,
    "A frame that does not fit the route's model gets `Bad request body`, spaced as documented, and no function runs.",
  ],
  ["model.accepts", "documented", WS_VALIDATION, "A frame that fits the model reaches the function."],
  [
    "model.keywords",
    "documented",
    WS_VALIDATION,
    "Types, required and additional properties, lengths, limits, lists and enumerations are checked.",
  ],
  [
    "model.unsupported",
    "belief",
    "a rule of the local cloud",
    "A model with a keyword that is not served is refused by name when the app is loaded.",
  ],
]);

export const RESPONSES = area("Route responses", [
  [
    "response.two-way",
    "documented",
    WS_RESPONSES,
    "The response's body reaches the client where the route has a route response.",
  ],
  ["response.one-way", "documented", WS_RESPONSES, "It does not where the route has none."],
  [
    "response.error-one-way",
    "belief",
    UNVERIFIED,
    "The frame of an error reaches the client on a one-way route too.",
  ],
  ["response.empty", "belief", UNVERIFIED, "A two-way route whose function returns no body sends nothing."],
]);

export const MOCKS = area("Mock integrations", [
  ["mock.fixed", "documented", WS_MOCK, "A mock answers with its response template, and no function runs."],
  [
    "mock.template",
    "documented",
    WS_MOCK,
    "Templates read the frame by `$input.json`, `$input.path` and the context by `$context`.",
  ],
  ["mock.mute", "belief", UNVERIFIED, "A mock without an integration response sends nothing."],
  [
    "mock.unsupported",
    "belief",
    "a rule of the local cloud",
    "A template beyond what is served is refused by name when the app is loaded.",
  ],
]);

export const MANAGEMENT = area("Management API", [
  [
    "management.post",
    "documented",
    WS_BACKEND,
    "POST sends its body as a text frame and answers 200 without a body.",
  ],
  [
    "management.get",
    "documented",
    WS_BACKEND,
    "GET tells when a connection was opened and last active, and who it is.",
  ],
  [
    "management.delete",
    "documented",
    WS_BACKEND,
    "DELETE answers 204 and closes the connection; from then on it is gone.",
  ],
  [
    "management.unknown",
    "documented",
    WS_BACKEND,
    "An unknown connection is 410 `GoneException`, to every verb.",
  ],
  [
    "management.closed",
    "documented",
    WS_BACKEND,
    "A connection that the client has closed is 410 `GoneException`.",
  ],
  ["management.malformed", "belief", UNVERIFIED, "A malformed connection id is 410 `GoneException`."],
  [
    "management.too-large",
    "documented",
    WS_BACKEND,
    "A post above 128 KB is 413 `PayloadTooLargeException`; 128 KB pass.",
  ],
  ["management.forbidden", "ran", SDK, "What is no verb of the API is 403 `ForbiddenException`."],
  [
    "management.buffer-full",
    "documented",
    WS_BACKEND,
    "A post to a client that does not read is 429 `LimitExceededException` once its buffer is full.",
  ],
  [
    "management.error-type",
    "ran",
    SDK,
    "Errors carry `x-amzn-errortype`, by which the SDK knows their class.",
  ],
  ["management.retries", "ran", SDK, "The SDK tries three times on 429 and once on 410."],
  ["management.encoding", "ran", SDK, "`@` or `%40`, `=` or `%3D`: the path is the same."],
]);
