import type { Refusal } from "./rights.ts";

/** As most services say it; SQS writes actions in lower case. */
export function sentenceOf({ principal, action, resource, how }: Refusal): string {
  const reason =
    how === "explicit"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}

export const queueSentence = (refusal: Refusal): string =>
  sentenceOf({ ...refusal, action: refusal.action.toLowerCase() });

/** The management API hides the account but for its end, names no connection and gives no reason. */
export function managementSentence({ principal, action, resource, how }: Refusal): string {
  const shown = resource
    .replace(/:\d{8}(\d{4}):/, ":********$1:")
    .replace(/@connections\/.*$/, "@connections/{connectionId}");
  const reason = how === "explicit" ? " with an explicit deny" : "";
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${shown}${reason}`;
}
