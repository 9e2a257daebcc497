// For vitest: the workers and processes that the modules under test start are those of the built package, as in the
// server that users run, and start in a third of the time. Where vitest watches they stay those of the sources, for a
// module that starts one is not looked at again when the one it starts changes.
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildTestPackage } from "./build-test-package.mjs";

const sources = fileURLToPath(new URL("../src", import.meta.url));

/** But for those that only tests start: they are not in the package. */
const call = /\bsiblingModule\(import\.meta\.url, (?="(?!(?:[^"]*\/)?test-))/g;

/** @returns {import("vite").Plugin} */
export function startBuiltSiblings() {
  let watched = false;
  return {
    name: "start-built-siblings",
    enforce: "pre",
    configureVitest({ vitest }) {
      watched = vitest.config.watch;
    },
    async transform(code, id) {
      if (watched || !id.startsWith(sources) || code.search(call) < 0) return null;
      const dist = join(dirname(dirname(await buildTestPackage())), "dist");
      const url = pathToFileURL(join(dist, relative(sources, id).replace(/\.ts$/, ".js"))).href;
      return { code: code.replace(call, `siblingModule(${JSON.stringify(url)}, `), map: null };
    },
  };
}
