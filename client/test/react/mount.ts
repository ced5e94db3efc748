import { act, createElement, StrictMode } from "react";
import type { FunctionComponent } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished } from "vitest";
import { ChatProvider } from "../../react/index.ts";
import type { ChatClient } from "../../index.ts";

/** As much of a document as React asks for where components draw nothing: what is tested are hooks. */
function emptyDocument() {
  const listen = { addEventListener: () => undefined, removeEventListener: () => undefined };
  const page = { nodeType: 9, activeElement: null, ...listen };
  const window = { ...listen, document: page, HTMLIFrameElement: class {} };
  return { page: Object.assign(page, { defaultView: window }), window, listen };
}

/** Does it, and lets React draw what follows from it. */
export const acting = (run: () => void): Promise<void> =>
  act(() => {
    run();
    return Promise.resolve();
  });

export interface Mounted {
  /** Draws these instead, or nothing. */
  draw(...components: readonly FunctionComponent[]): Promise<void>;
}

/** Components below a provider, each once, in React's strict mode. Taken away at the end of the test. */
export async function mount(
  client: ChatClient,
  ...components: readonly FunctionComponent[]
): Promise<Mounted> {
  const { page, window, listen } = emptyDocument();
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true, window, document: page });
  const container = { nodeType: 1, nodeName: "DIV", tagName: "DIV", ownerDocument: page, ...listen };
  const root = createRoot(container);
  const draw = async (...shown: readonly FunctionComponent[]): Promise<void> => {
    const elements = shown.map((component, key) => createElement(component, { key }));
    const tree = createElement(ChatProvider, { client }, ...elements);
    await acting(() => root.render(createElement(StrictMode, null, tree)));
  };
  onTestFinished(async () => {
    await acting(() => root.unmount());
    for (const name of ["window", "document"]) Reflect.deleteProperty(globalThis, name);
  });
  await draw(...components);
  return { draw };
}
