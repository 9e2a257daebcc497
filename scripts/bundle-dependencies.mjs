// Dependencies of many small modules, each in one file of dist/vendor: Node takes longer to find nine hundred modules
// than to run them. What is a module or two is left to npm.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { rolldown } from "rolldown";

/** By what the sources import; the names are those of the files. */
const bundled = {
  typebox: "typebox",
  "typebox/compile": "typebox-compile",
  "typebox/value": "typebox-value",
  kysely: "kysely",
  "kysely/migration": "kysely-migration",
  "kysely/helpers/postgres": "kysely-helpers-postgres",
  "@opentelemetry/api": "opentelemetry-api",
};
const packages = ["typebox", "kysely", "@opentelemetry/api"];

/**
 * Makes the files and points every import in `dist` to them.
 * @param {string} root of the repository
 * @param {string} dist folder of JavaScript modules
 */
export async function bundleDependencies(root, dist) {
  const vendor = join(dist, "vendor");
  const input = Object.fromEntries(Object.entries(bundled).map(([from, name]) => [name, from]));
  const bundle = await rolldown({ input, cwd: root, platform: "node", logLevel: "silent" });
  await bundle.write({ dir: vendor, format: "esm", entryFileNames: "[name].js", chunkFileNames: "chunk-[hash].js" });
  await bundle.close();
  copyLicences(root, vendor);
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".js") && !name.startsWith("vendor")) pointToVendor(join(dist, name), vendor);
}

function pointToVendor(file, vendor) {
  const code = readFileSync(file, "utf8");
  const pointed = code.replace(/(\bfrom |\bimport\(|^import )"([^".][^"]*)"/gm, (all, before, from) => {
    const name = bundled[from];
    return name === undefined
      ? all
      : `${before}"${relative(dirname(file), join(vendor, `${name}.js`)).replace(/^(?!\.)/, "./")}"`;
  });
  if (pointed !== code) writeFileSync(file, pointed);
}

/** Their authors' terms go with their code. */
function copyLicences(root, vendor) {
  mkdirSync(vendor, { recursive: true });
  for (const name of packages) {
    const folder = join(root, "node_modules", name);
    const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    copyFileSync(join(folder, licence), join(vendor, `LICENSE-${name.replace(/\W+/g, "-").replace(/^-/, "")}`));
  }
}
