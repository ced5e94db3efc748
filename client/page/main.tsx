import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { readConfig } from "./session/config.ts";
import { Session } from "./session/session.tsx";

const root = createRoot(document.getElementById("root")!);
readConfig().then(
  (config) =>
    root.render(
      <StrictMode>
        <Session config={config} />
      </StrictMode>,
    ),
  () => root.render(<p role="alert">The page cannot read its config.json. Reload to try again.</p>),
);
