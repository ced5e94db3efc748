import { Archive } from "./archive.ts";
import { beat } from "./beat.ts";
import { catchUp, loadOlder } from "./catch-up.ts";
import { Changes } from "./changes.ts";
import { Groups } from "./groups.ts";
import { Incoming } from "./incoming.ts";
import { Delivery } from "./delivery.ts";
import { loadList } from "./load-list.ts";
import { lookups } from "./lookups.ts";
import type { OnDemand } from "../offered.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";
import { direct, findUser } from "./people-asked-for.ts";
import { replaceInTime } from "./replace-in-time.ts";

/** Makes all that this file offers. */
export function onDemand(parts: OnDemandParts): OnDemand {
  const archive = new Archive(parts);
  const changes = new Changes(parts, archive);
  const groups = new Groups(parts, changes, archive);
  const incoming = new Incoming(parts, groups);
  return {
    changes,
    forget: () => archive.forget(),
    take: (frame) => incoming.take(frame),
    delivery: new Delivery(parts, changes),
    keepAlive: async (sockets, signal) => {
      await Promise.all([beat(sockets, signal), replaceInTime(sockets, signal)]);
    },
    catchUp: (history) => catchUp(parts, groups, history),
    loadOlder: (history) => loadOlder(parts, history),
    loadList: (...given) => loadList(parts, changes, ...given),
    asked: {
      direct: (userId) => direct(parts, userId),
      findUser: (userId) => findUser(parts, userId),
      loadConversations: async () => {
        const { hasMore, loading } = parts.list.store.get();
        // What goes wrong is shown.
        if (hasMore && !loading) await parts.list.load(0, true).catch(() => undefined);
      },
      loadArchived: () => archive.loadMore(),
      ...lookups(parts),
      ...groups.acts,
    },
  };
}
