import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { readConfig } from "./session/config.ts";
import { Session } from "./session/session.tsx";

/** With what it needs to talk to an issuer: loaded only where there is one. */
const IssuerSession = lazy(() => import("./session/issuer-session.tsx"));

const root = createRoot(document.getElementById("root")!);
readConfig().then(
  (config) =>
    root.render(
      <StrictMode>
        {config.signIn === undefined ? (
          <Session config={config} />
        ) : (
          <Suspense>
            <IssuerSession config={config} signIn={config.signIn} />
          </Suspense>
        )}
      </StrictMode>,
    ),
  () => root.render(<p role="alert">The page cannot read its config.json. Reload to try again.</p>),
);
