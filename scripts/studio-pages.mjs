// Which files of the built studio a page needs first, by its address: the server names them in the HTML it sends.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * @typedef {object} PageFiles
 * @property {string} path pattern of its address, as the router writes it: "/w/$workspace/jobs/$run"
 * @property {string[]} scripts "assets/…", without those that every page loads
 * @property {string[]} styles the same, and those of parts that it loads later
 */

/**
 * @param {import("rolldown").RolldownOutput["output"]} output of the build
 * @param {string} sources folder of the studio
 * @returns {PageFiles[]}
 * @throws where the address of a lazy route is not found: its page would load in two steps
 */
export function pagesOf(output, sources) {
  const chunks = new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file]] : [])));
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry);
  const shell = filesOf(chunks, [entry.fileName]);
  const byModule = new Map([...chunks.values()].flatMap((chunk) => chunk.moduleIds.map((id) => [id, chunk])));
  const routes = [...byModule.keys()].filter((id) => id.startsWith(sources) && id.endsWith(".ts")).flatMap(routesOf);
  const pages = routes.flatMap(({ path, module }) => {
    const chunk = byModule.get(module);
    if (chunk === undefined) return [];
    byModule.delete(module);
    const { scripts } = filesOf(chunks, [chunk.fileName]);
    // Those too of parts that are loaded when they are drawn: the page may come with them.
    const { styles } = filesOf(chunks, [chunk.fileName], shell.scripts);
    const own = (/** @type {"scripts" | "styles"} */ kind, /** @type {Set<string>} */ names) =>
      [...names].filter((name) => !shell[kind].has(name));
    return [{ path, scripts: own("scripts", scripts), styles: own("styles", styles) }];
  });
  const missing = [...byModule.keys()].filter(
    (id) => id.startsWith(sources) && id.endsWith(".tsx") && readFileSync(id, "utf8").includes("createLazyRoute("),
  );
  if (missing.length > 0) throw new Error(`The addresses of these pages are not found: ${missing.join(", ")}`);
  return pages;
}

/**
 * Everything that is there before these chunks run, themselves included.
 * @param {Set<string>} [knownBy] the shell: with it also what the others load later, though not what the shell does, which are pages
 */
function filesOf(chunks, names, knownBy) {
  const scripts = new Set();
  const styles = new Set();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (scripts.has(name)) continue;
    scripts.add(name);
    const { imports, dynamicImports, viteMetadata } = chunks.get(name);
    for (const style of viteMetadata?.importedCss ?? []) styles.add(style);
    queue.push(...imports, ...(knownBy === undefined || knownBy.has(name) ? [] : dynamicImports));
  }
  return { scripts, styles };
}

const parents = { rootRoute: "", workspaceRoute: "/w/$workspace" };

/** Routes are written alike: createRoute({ getParentRoute: () => parent, path: "…", … }).lazy(() => import("…")…). */
function routesOf(id) {
  return readFileSync(id, "utf8")
    .split("createRoute({")
    .slice(1)
    .flatMap((text) => {
      const [, parent] = /getParentRoute: \(\) => (\w+)/.exec(text) ?? [];
      const [, path] = /path: "([^"]*)"/.exec(text) ?? [];
      const [, page] = /\.lazy\(\(\) => import\("([^"]+)"\)/.exec(text) ?? [];
      if (page === undefined || path === undefined || parents[parent] === undefined) return [];
      return [{ path: parents[parent] + path.replace(/\/$/, ""), module: join(dirname(id), page) }];
    });
}
