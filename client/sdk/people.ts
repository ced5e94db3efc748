import type { Presence, Undisclosed, User } from "../../lambdas/protocol/objects.ts";
import type { Http } from "./connection/http.ts";
import { background } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { Value } from "./store.ts";
import type { Store } from "./store.ts";

/** As many as one request takes. */
const MAX_ASKED = 100;

/** What is known of other people: profiles as they were last seen, presence by its version. */
export class People {
  readonly #http: Http;
  readonly #environment: Environment;
  readonly #users = new Map<string, User>();
  readonly #presence = new Map<string, Presence>();
  readonly #watched = new Map<string, Value<ReadonlyMap<string, Presence>>>();

  constructor(environment: Environment, http: Http) {
    this.#environment = environment;
    this.#http = http;
  }

  saw(user: User): void {
    const { id, name, displayName, avatarUrl } = user;
    this.#users.set(id, { id, name, displayName, avatarUrl });
  }

  user(id: string): User {
    return this.#users.get(id) ?? { id, name: id, displayName: id, avatarUrl: null };
  }

  presence(id: string): Presence | null {
    return this.#presence.get(id) ?? null;
  }

  /** Takes a presence, where it is disclosed and no later one is known. */
  sawPresence(id: string, presence: Presence | Undisclosed): void {
    if (presence.online === null) return;
    const known = this.#presence.get(id);
    if (known && known.version > presence.version) return;
    const { online, lastSeenAt, version } = presence;
    this.#presence.set(id, { online, lastSeenAt, version });
    for (const [ids, store] of this.#watched) {
      if ((JSON.parse(ids) as string[]).includes(id)) store.set(this.#of(ids));
    }
  }

  /** The presence of these people, as far as one may know it. */
  watch(userIds: readonly string[]): Store<ReadonlyMap<string, Presence>> {
    const ids = JSON.stringify([...new Set(userIds)].sort());
    let store = this.#watched.get(ids);
    if (!store) {
      store = new Value(this.#of(ids));
      this.#watched.set(ids, store);
      background(this.#ask(userIds), this.#environment);
    }
    return store;
  }

  /** Asks anew for everybody who is watched: events may have been missed. */
  async refresh(): Promise<void> {
    await this.#ask([...this.#watched.keys()].flatMap((ids) => JSON.parse(ids) as string[]));
  }

  #of(ids: string): ReadonlyMap<string, Presence> {
    const known = (JSON.parse(ids) as string[]).flatMap((id) => {
      const presence = this.#presence.get(id);
      return presence ? [[id, presence] as const] : [];
    });
    return new Map(known);
  }

  async #ask(userIds: readonly string[]): Promise<void> {
    const ids = [...new Set(userIds)];
    for (let from = 0; from < ids.length; from += MAX_ASKED) {
      const query = { userIds: ids.slice(from, from + MAX_ASKED) };
      const { presence } = await this.#http.call("GET /api/presence", { query });
      for (const { userId, ...seen } of presence) this.sawPresence(userId, seen);
    }
  }
}
