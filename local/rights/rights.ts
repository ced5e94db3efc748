import type { IncomingHttpHeaders } from "node:http";
import type { AppModel, FunctionModel } from "../assembly/model.ts";
import { accessKeyOf, keyOfRequest } from "./access-keys.ts";
import type { CallContext } from "./conditions.ts";
import { compilePolicies, type Judge } from "./policy-judge.ts";

/** A call that no policy of the caller's role allows, or that one denies. */
export interface Refusal {
  /** `arn:aws:sts::…:assumed-role/role/function`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly how: "implicit" | "explicit";
}

/** Decides on calls of the services by the policies in the templates. */
export interface Rights {
  /**
   * On a request signed with a function's key; what has no such key is a tool of this machine's and may do all.
   * A function whose role the app does not make, or has what is not known here, may too.
   */
  ofRequest(headers: IncomingHttpHeaders): Caller | undefined;
  /** On what a service does in a function's place, as reading a queue for it. */
  ofFunction(functionId: string): Caller | undefined;
}

export interface Caller {
  /** Undefined where it may. */
  refusalOf(action: string, resource: string, context?: CallContext): Refusal | undefined;
}

export type RightsModel = Pick<AppModel, "region" | "functions">;

export interface RightsOptions {
  /** As served now: another one is compiled when it is first asked about. */
  readonly model: () => RightsModel;
  /** Told of each call that is refused. */
  readonly onRefusal: (refusal: Refusal) => void;
}

export function createRights({ model, onRefusal }: RightsOptions): Rights {
  let compiled: RightsModel | undefined;
  let byKey = new Map<string, Caller>();
  let byId = new Map<string, Caller>();
  const refresh = (): void => {
    const served = model();
    if (served === compiled) return;
    compiled = served;
    byKey = new Map();
    byId = new Map();
    for (const fn of served.functions) {
      const caller = callerOf(fn, served.region, onRefusal);
      if (caller === undefined) continue;
      byKey.set(accessKeyOf(fn.arn), caller);
      byId.set(fn.id, caller);
    }
  };
  return {
    ofRequest: (headers) => {
      refresh();
      const key = keyOfRequest(headers);
      return key === undefined ? undefined : byKey.get(key);
    },
    ofFunction: (functionId) => {
      refresh();
      return byId.get(functionId);
    },
  };
}

/** A sentence for each function that may do everything here, and why. */
export const unjudged = (model: RightsModel): readonly string[] =>
  model.functions.flatMap((fn) => {
    const outcome = judgeOf(fn);
    return outcome.type === "unreadable" && fn.role !== undefined
      ? [`${fn.name} may do everything here: of its role, ${outcome.sentence}`]
      : [];
  });

function judgeOf({ role }: FunctionModel): ReturnType<typeof compilePolicies> {
  if (role === undefined) return { type: "unreadable", sentence: "nothing is known." };
  if (role.unread.length > 0) {
    return { type: "unreadable", sentence: `${role.unread.join(" and ")} cannot be read here.` };
  }
  return compilePolicies(role.statements);
}

function callerOf(
  fn: FunctionModel,
  region: string,
  onRefusal: (refusal: Refusal) => void,
): Caller | undefined {
  const outcome = judgeOf(fn);
  if (outcome.type === "unreadable" || fn.role === undefined) return undefined;
  const { arn, name } = fn.role;
  const session = fn.arn.split(":")[6] ?? fn.name;
  const principal = `arn:aws:sts::${arn.split(":")[4] ?? ""}:assumed-role/${name}/${session}`;
  const always = {
    "aws:principalarn": arn,
    "aws:requestedregion": region,
    // Deployed, every call of the SDK goes by TLS.
    "aws:securetransport": "true",
  };
  return { refusalOf: refusing(outcome.judge, principal, always, onRefusal) };
}

function refusing(
  judge: Judge,
  principal: string,
  always: CallContext,
  onRefusal: (refusal: Refusal) => void,
): Caller["refusalOf"] {
  return (action, resource, context) => {
    const decision = judge(action, resource, context === undefined ? always : { ...always, ...context });
    if (decision.type === "allowed") return undefined;
    const refusal: Refusal = { principal, action, resource, how: decision.how };
    onRefusal(refusal);
    return refusal;
  };
}
