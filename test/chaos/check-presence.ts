import { LAG_MS, type Journal, type PresenceSight, type Violation } from "./journal.ts";

/** Versions only grow, and each belongs to one transition: online, offline, online … */
export function checkPresence(journal: Journal): readonly Violation[] {
  const { presences } = journal;
  const users = new Set(presences.map(({ userId }) => userId));
  return [...users].flatMap((userId) => {
    const sights = presences.filter((sight) => sight.userId === userId);
    return [...checkGrowth(journal, userId, sights), ...checkTransitions(userId, sights)];
  });
}

/** An answer asked for well after something was seen is not older than it. Events may come crossed. */
function checkGrowth(
  journal: Journal,
  userId: string,
  sights: readonly PresenceSight[],
): readonly Violation[] {
  return sights.flatMap((later) =>
    sights.flatMap((earlier): Violation[] => {
      if (later.askedAt === null || earlier.at >= later.askedAt) return [];
      if (journal.between(earlier.at, later.askedAt) <= LAG_MS) return [];
      if (earlier.presence.version <= later.presence.version) return [];
      const text = `${userId} was at version ${earlier.presence.version}, later at ${later.presence.version}`;
      return [{ kind: "presence", text }];
    }),
  );
}

/** From the events alone: an answer says offline as soon as the leases have run out, before the transition. */
function checkTransitions(userId: string, sights: readonly PresenceSight[]): readonly Violation[] {
  const online = new Map<number, boolean>();
  return sights.flatMap(({ askedAt, presence }): Violation[] => {
    if (askedAt !== null) return [];
    const { version } = presence;
    const isTwofold = online.has(version) && online.get(version) !== presence.online;
    const isStill = [version - 1, version + 1].some((next) => online.get(next) === presence.online);
    online.set(version, presence.online);
    if (!isTwofold && !isStill) return [];
    return [
      { kind: "presence", text: `${userId}'s version ${version} is not one transition from its neighbours` },
    ];
  });
}
