import { join } from "node:path";
import { defineConfig } from "vite";

const client = join(import.meta.dirname, "..");

export default defineConfig({
  root: import.meta.dirname,
  // Served at `/` here, and below a path elsewhere.
  base: "./",
  logLevel: "warn",
  resolve: {
    // The sources beside; a page of one's own has the package.
    alias: [
      { find: /^@parley\/client$/, replacement: join(client, "index.ts") },
      { find: /^@parley\/client\/react$/, replacement: join(client, "react/index.ts") },
    ],
  },
  build: {
    target: "es2024",
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog: (level, log, handle) => {
        // Of libraries that also serve React's server components.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
});
