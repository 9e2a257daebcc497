/** How the studio is built, and served while it is worked on: `npx vite src/studio` with SLIPWAY_SERVER running. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type ProxyOptions } from "vite";
import { operations, type Operation } from "../contract/index.ts";

/** Of the operations only what a request needs to know: their schemas are types here, and stay in the server. */
function operationShapes(): Plugin {
  const name = "virtual:operations";
  const shapes = Object.entries(operations as Record<string, Operation>).map(([id, operation]) => {
    const { method, path, query, body, upload, download, events } = operation;
    const parts = Object.entries({ query, body, upload, download, events }).filter(([, part]) => part !== undefined);
    return [id, { method, path, ...Object.fromEntries(parts.map(([part]) => [part, 1])) }];
  });
  return {
    name: "operation-shapes",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(Object.fromEntries(shapes))}` : null),
  };
}

/** To a server that runs already, as its own pages would ask. The folder `api` of the studio has the same beginning. */
function proxy(server: string): ProxyOptions {
  const headers: Record<string, string> = { origin: server };
  if (process.env.SLIPWAY_TOKEN) headers["authorization"] = `Bearer ${process.env.SLIPWAY_TOKEN}`;
  return { target: server, changeOrigin: true, headers };
}

/**
 * Preact does what the studio needs of React in a third of the code (docs/decisions/0020-studio-first-rows.md): the framework's packages ask
 * for react by name, and get it.
 */
const alias = [
  { find: /^react$/, replacement: "preact/compat" },
  { find: /^react-dom$/, replacement: "preact/compat" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
  {
    find: /^use-sync-external-store\/shim\/with-selector$/,
    replacement: fileURLToPath(new URL("app/external-store.ts", import.meta.url)),
  },
];

const shared = /[\\/]src[\\/](studio|contract)[\\/]|[\\/]node_modules[\\/](preact|@tanstack)[\\/]|^\0rolldown/;

/**
 * Modules that do nothing but define: a door of which a page uses one thing does not bring the rest. The schemas of the
 * contract are made when its modules are loaded, which is of no use here.
 */
const pure = [
  { test: /[\\/]src[\\/]contract[\\/]|[\\/]typebox[\\/]/, sideEffects: false },
  { test: /[\\/]src[\\/]studio[\\/]\w+[\\/].+\.tsx?$/, sideEffects: false },
];

/**
 * To Chromium: compile all functions of the file while it is read, on another thread, in the place of each at its first call
 * on the one that draws. Half of them are called before the first rows are there. It must be the file's first line.
 */
function compiledAtOnce(): Plugin {
  return {
    name: "compiled-at-once",
    generateBundle: {
      order: "post",
      handler: (_options, bundle) => {
        for (const file of Object.values(bundle))
          if (file.type === "chunk") file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
      },
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), operationShapes(), compiledAtOnce()],
  resolve: { alias },
  build: {
    target: "baseline-widely-available",
    outDir: fileURLToPath(new URL("../../build/studio", import.meta.url)),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // A file that stands in the text of another would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      treeshake: { moduleSideEffects: pure },
      output: {
        codeSplitting: {
          groups: [
            // One file for the framework and what is ours: each request costs a browser several ms of its time.
            { name: "shell", test: shared, minShareCount: 4, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    strictPort: true,
    // Many work in this folder at a time; a page is reloaded by whoever looks at it.
    hmr: false,
    ...(process.env.SLIPWAY_SERVER && { proxy: { "/api/v1": proxy(process.env.SLIPWAY_SERVER) } }),
  },
});
