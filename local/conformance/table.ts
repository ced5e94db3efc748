import { FUNCTIONS, QUEUES, STREAMS } from "./rows/functions-and-events.ts";
import {
  HTTP_ANSWERS,
  HTTP_AUTHORIZATION,
  HTTP_CROSS_ORIGIN,
  HTTP_EVENTS,
  HTTP_LIMITS,
  HTTP_ROUTING,
} from "./rows/http.ts";
import { BUSES, PARAMETERS, SCHEDULES, TOPICS } from "./rows/messaging.ts";
import { REST_ANSWERS, REST_AUTHORIZATION, REST_EVENTS, REST_ROUTING } from "./rows/rest.ts";
import { RIGHTS } from "./rows/rights.ts";
import { AUTHORIZER, SOCKET_EVENTS } from "./rows/socket-events.ts";
import { MANAGEMENT, MOCKS, MODELS, RESPONSES, ROUTING } from "./rows/socket-frames.ts";
import { CLOSING, CONNECT, LIMITS } from "./rows/socket-lifecycle.ts";

/** What the local cloud reproduces of the services, one behaviour a row, grouped by area. */
export const TABLE = [
  ...SOCKET_EVENTS,
  ...AUTHORIZER,
  ...CONNECT,
  ...CLOSING,
  ...ROUTING,
  ...MODELS,
  ...RESPONSES,
  ...MOCKS,
  ...LIMITS,
  ...MANAGEMENT,
  ...HTTP_EVENTS,
  ...HTTP_ANSWERS,
  ...HTTP_ROUTING,
  ...HTTP_AUTHORIZATION,
  ...HTTP_CROSS_ORIGIN,
  ...HTTP_LIMITS,
  ...REST_EVENTS,
  ...REST_ANSWERS,
  ...REST_ROUTING,
  ...REST_AUTHORIZATION,
  ...FUNCTIONS,
  ...QUEUES,
  ...STREAMS,
  ...TOPICS,
  ...BUSES,
  ...SCHEDULES,
  ...PARAMETERS,
  ...RIGHTS,
] as const;

export type RowId = (typeof TABLE)[number]["id"];
