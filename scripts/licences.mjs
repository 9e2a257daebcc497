// The terms of packages whose code is put into ours: they go with it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param {string[]} moduleIds files that went into a bundle, as the bundler names them
 * @param {string} dist folder that gets a folder of licences
 */
export function copyLicences(moduleIds, dist) {
  const folders = moduleIds.flatMap(
    (id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.split("\0").at(-1))?.[0] ?? [],
  );
  const target = join(dist, "licences");
  mkdirSync(target, { recursive: true });
  for (const folder of new Set(folders)) {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const licence = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
    const to = join(target, `${name.replace(/\W+/g, "-").replace(/^-/, "")}-${version}.txt`);
    if (licence !== undefined && existsSync(join(folder, licence))) copyFileSync(join(folder, licence), to);
    else writeFileSync(to, `${name} ${version}: ${licenceOf(folder)}\n`);
  }
}

function licenceOf(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).license ?? "see its repository";
}
