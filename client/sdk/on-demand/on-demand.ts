import { catchUp, loadOlder } from "./catch-up.ts";
import { Changes } from "./changes.ts";
import { Groups } from "./groups.ts";
import { Incoming } from "./incoming.ts";
import { Delivery } from "./delivery.ts";
import { loadList } from "./load-list.ts";
import type { OnDemand } from "../offered.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";
import { direct, findUser } from "./people-asked-for.ts";
import { replaceInTime } from "./replace-in-time.ts";

/** Makes all that this file offers. */
export function onDemand(parts: OnDemandParts): OnDemand {
  const changes = new Changes(parts);
  const groups = new Groups(parts, changes);
  const incoming = new Incoming(parts, groups);
  return {
    changes,
    groups,
    take: (event) => incoming.take(event),
    delivery: new Delivery(parts, changes),
    replaceInTime,
    catchUp: (history) => catchUp(parts, groups, history),
    loadOlder: (history) => loadOlder(parts, history),
    loadList: (...given) => loadList(parts, changes, ...given),
    direct: (userId) => direct(parts, userId),
    findUser: (userId) => findUser(parts, userId),
  };
}
