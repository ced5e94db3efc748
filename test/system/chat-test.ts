import { inject, test as base } from "vitest";
import { Cast } from "../support/cast.ts";

/** A test with people on the shared cloud; their sockets are closed at its end. */
export const test = base.extend<{ cast: Cast }>({
  // vitest reads the parameters' pattern; an empty one says that nothing else is needed.
  cast: async ({}, use) => {
    const cast = new Cast(inject("cloud"));
    await use(cast);
    await cast.leave();
  },
});
