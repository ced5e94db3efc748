import { catchUp, loadOlder } from "./catch-up.ts";
import { Changes } from "./changes.ts";
import { Delivery } from "./delivery.ts";
import { loadList } from "./load-list.ts";
import type { OnDemand } from "../offered.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";
import { direct, findUser } from "./people-asked-for.ts";
import { replaceInTime } from "./replace-in-time.ts";

/** Makes all that this file offers. */
export function onDemand(parts: OnDemandParts): OnDemand {
  const changes = new Changes(parts);
  return {
    changes,
    delivery: new Delivery(parts, changes),
    replaceInTime,
    catchUp: (history) => catchUp(parts, history),
    loadOlder: (history) => loadOlder(parts, history),
    loadList: (...given) => loadList(parts, ...given),
    direct: (userId) => direct(parts, userId),
    findUser: (userId) => findUser(parts, userId),
  };
}
