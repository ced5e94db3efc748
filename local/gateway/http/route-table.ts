import type { HttpRouteModel } from "../../assembly/model.ts";

interface Keyed {
  readonly routeKey: string;
}

export interface MatchedRoute<Route extends Keyed = HttpRouteModel> {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export interface RouteTable<Route extends Keyed = HttpRouteModel> {
  /** The route for a decoded path, or null where the service answers 404. */
  match(method: string, path: string): MatchedRoute<Route> | null;
}

interface Entry<Route extends Keyed> {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly string[];
  /** Compared as text: fixed before `{name}` before `{name+}`, from the left; then the method before ANY. */
  readonly rank: string;
}

/**
 * Full matches first, then greedy ones, then `$default` (docs: http-api-develop-routes). A route is for its method
 * alone, or for those that no other route of the path names: nowhere is HEAD said to go to a route for GET, and at
 * the service's REST APIs it was seen not to (serverless-offline, issue 704).
 */
export function createRouteTable<Route extends Keyed>(routes: readonly Route[]): RouteTable<Route> {
  const fallback = routes.find((route) => route.routeKey === "$default");
  const entries = routes.filter((route) => route !== fallback).map((route) => toEntry(route));
  entries.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return {
    match(method, path) {
      for (const entry of entries) {
        if (entry.method !== "ANY" && entry.method !== method) continue;
        const pathParameters = matchSegments(entry.segments, path.slice(1).split("/"));
        if (pathParameters !== null) return { route: entry.route, pathParameters };
      }
      return fallback === undefined ? null : { route: fallback, pathParameters: {} };
    },
  };
}

function toEntry<Route extends Keyed>(route: Route): Entry<Route> {
  const [method = "", path = "/"] = route.routeKey.split(" ");
  const segments = path.slice(1).split("/");
  const rank = segments
    .map((segment) => (isGreedy(segment) ? "3" : isVariable(segment) ? "2" : "1"))
    .join("");
  return { route, method, segments, rank: `${rank}0${method === "ANY" ? "2" : "1"}` };
}

function matchSegments(pattern: readonly string[], path: readonly string[]): Record<string, string> | null {
  const found = Object.create(null) as Record<string, string>;
  for (const [at, segment] of pattern.entries()) {
    if (isGreedy(segment)) {
      const rest = path.slice(at).join("/");
      if (rest === "") return null;
      found[segment.slice(1, -2)] = rest;
      return found;
    }
    const actual = path[at];
    if (actual === undefined) return null;
    if (!isVariable(segment)) {
      if (segment !== actual) return null;
    } else if (actual === "") {
      return null;
    } else {
      found[segment.slice(1, -1)] = actual;
    }
  }
  return path.length === pattern.length ? found : null;
}

function isGreedy(segment: string): boolean {
  return segment.startsWith("{") && segment.endsWith("+}");
}

function isVariable(segment: string): boolean {
  return segment.startsWith("{") && segment.endsWith("}");
}
