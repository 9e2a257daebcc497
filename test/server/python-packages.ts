/** Python packages for tests, installed once under build/, each set under the name of its versions. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const build = join(import.meta.dirname, "../../build");

/** Why Python packages cannot be installed here; null where they can. For test.skipIf and its title. */
export function missingPython(): string | null {
  try {
    execFileSync("python3", ["-m", "pip", "--version"], { stdio: "ignore" });
    return null;
  } catch {
    return "python3 with pip is not there";
  }
}

/**
 * @param requirements with exact versions, so that a new release never breaks the tests by itself
 * @returns the folder for PYTHONPATH
 */
export function pythonPackages(name: string, requirements: readonly string[]): string {
  const version = createHash("sha256").update(requirements.join("\n")).digest("hex").slice(0, 10);
  const installed = join(build, `python-${name}-${version}`);
  if (existsSync(installed)) return installed;
  mkdirSync(build, { recursive: true });
  // Into a folder of its own first: what is installed by half is never used.
  const folder = mkdtempSync(`${installed}-`);
  try {
    const options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary=:all:"];
    execFileSync("python3", ["-m", "pip", "install", ...options, "--target", folder, ...requirements], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    renameSync(folder, installed);
  } catch (error) {
    if (!existsSync(installed)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return installed;
}
