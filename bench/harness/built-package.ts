/** The package as its users run it: JavaScript, not the TypeScript of the checkout. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { atExit } from "./cleanup.ts";
import { root } from "./root.ts";

/**
 * Compiles src into a folder below build/, where it finds the dependencies of the checkout; dist/ stays as it is. The
 * folder is this process's own, for a long benchmark must not see what another one compiles, and goes with it.
 * @returns the path of its bin/slipway.js
 */
export function buildPackage(): string {
  mkdirSync(join(root, "build"), { recursive: true });
  const folder = mkdtempSync(join(root, "build", "bench-package-"));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "bin"));
  const builder = join(root, "scripts", "build.mjs");
  spawnSync(process.execPath, [builder, join(folder, "dist")], { cwd: root, stdio: ["ignore", 2, 2] });
  if (!existsSync(join(folder, "dist", "cli", "main.js")))
    throw new Error("The package could not be compiled: npx tsc -p .");
  for (const name of ["package.json", join("bin", "slipway.js")]) copyFileSync(join(root, name), join(folder, name));
  return join(folder, "bin", "slipway.js");
}
