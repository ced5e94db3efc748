import type { StageSettings } from "../lib/stage-settings.ts";

/**
 * What every stage begins with, and what is safe: data is kept and protected, nobody signs up by themselves, no
 * page of another origin is let in.
 */
export const BASE: StageSettings = {
  disposable: false,
  pointInTimeRecovery: true,
  customerKey: false,

  presenceGraceSeconds: 10,
  sweepMinutes: 5,
  appendsWindowSeconds: 5,
  maxGroupMembers: 250,
  discloseTo: "participants",
  directory: "off",

  sendsPerSecond: 10,
  typingPerSecond: 5,
  readsPerSecond: 30,
  joinsPerSecond: 20,
  lookupsPerSecond: 20,
  conversationsPerHour: 30,
  throttleRate: 500,
  throttleBurst: 1000,
  routeThrottles: {
    // An erasure and an export read all there is of one user.
    "POST /api/admin/users/erase": { rate: 5, burst: 10 },
    "GET /api/admin/users/export": { rate: 20, burst: 40 },
  },

  allowedOrigins: [],
  adminScope: "parley/admin",
  selfSignUp: false,
  chosenHandles: false,
  mfa: "optional",
  threatProtection: false,
  signInCallbacks: [],
  httpAvatars: false,

  memoryMb: 1024,
  logLevel: "warn",
  logRetentionDays: 90,
  accessLogs: "http",
  metrics: true,
  alarms: true,
  page: false,
};
