import type { Gateway } from "../gateway/gateway.ts";
import type { Faults } from "./faults.ts";

/** Has each fault set reach connections that are open already, as soon as it holds. */
export function followFaults(
  faults: Pick<Faults, "onChange" | "injected">,
  { limits, connections }: Pick<Gateway, "limits" | "connections">,
): void {
  const { idleMs, lifetimeMs } = limits;
  faults.onChange((set) => {
    limits.idleMs = set.idleMs ?? idleMs;
    limits.lifetimeMs = set.lifetimeMs ?? lifetimeMs;
    if (set.cut === undefined) return;
    for (const connection of connections.all()) {
      if (set.cut !== "all" && set.cut !== connection.facts.id) continue;
      faults.injected.add("cut");
      connection.cut();
    }
  });
}
