import { LOCAL_ISSUER, type StageSettings } from "../lib/stage-settings.ts";
import { BASE } from "./base.ts";

/** What `npm start` serves: never deployed, and nothing is limited. */
export const local: StageSettings = {
  ...BASE,
  disposable: true,
  appendsWindowSeconds: 1,
  directory: "prefix",
  sendsPerSecond: 0,
  typingPerSecond: 0,
  readsPerSecond: 0,
  joinsPerSecond: 0,
  lookupsPerSecond: 0,
  conversationsPerHour: 0,
  routeThrottles: {},
  allowedOrigins: ["*"],
  oidcIssuer: LOCAL_ISSUER,
  oidcAudiences: ["parley-local"],
  httpAvatars: true,
  logRetentionDays: 14,
  accessLogs: "off",
  // Lines of figures among those of `npm start` would only be in the way.
  metrics: false,
  alarms: false,
};
