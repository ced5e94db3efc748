import { tellAll } from "./environment.ts";
import type { EventFrame } from "../../lambdas/protocol/server-frames.ts";

/** Everything that is pushed. */
export type ChatEvent = EventFrame;

/** The protocol's events by their type. */
export type ChatEvents = { readonly [T in ChatEvent["type"]]: Extract<ChatEvent, { readonly type: T }> };

type Listener<T extends keyof ChatEvents> = (event: ChatEvents[T]) => void;

/** Tells each event once, to whoever wants to hear of its type. */
export class Events {
  readonly #listeners = new Map<string, Set<Listener<never>>>();

  on<T extends keyof ChatEvents>(type: T, listener: Listener<T>): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  tell<T extends keyof ChatEvents>(event: ChatEvents[T]): void {
    tellAll(this.#listeners.get(event.type) ?? [], event as never);
  }
}
