/**
 * MLflow's own Python client, as it comes from PyPI: the small package with what scikit-learn models need, installed
 * once under build/. SLIPWAY_TEST_MLFLOW=off leaves it out.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** One version for all, so that a new one never breaks the tests by itself. */
const packages = ["mlflow-skinny==3.17.2", "scikit-learn==1.9.1", "pandas==3.1.1", "skops==0.16.0"];
const build = join(import.meta.dirname, "..", "..", "build");
const installed = join(build, "test-mlflow-3.17.2");
/** For PYTHONPATH. */
export const clientPackages = installed;

/** Installs the client where it is not there yet (some 45 s, 330 MB). @returns why there is none; null where there is one */
export function missingClient(): string | null {
  if (process.env["SLIPWAY_TEST_MLFLOW"] === "off") return "SLIPWAY_TEST_MLFLOW is off";
  if (existsSync(installed)) return null;
  mkdirSync(build, { recursive: true });
  // Into a folder of its own first: what is half there is never used.
  const folder = mkdtempSync(`${installed}-`);
  try {
    const options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary=:all:"];
    execFileSync("python3", ["-m", "pip", "install", ...options, "--target", folder, ...packages], {
      stdio: "pipe",
      timeout: 240_000,
    });
    renameSync(folder, installed);
    return null;
  } catch (error) {
    if (existsSync(installed)) return null;
    return `pip cannot install ${packages.join(", ")}: ${String((error as Error).message).slice(-300)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a script of this folder with the client and these variables beside PATH. @returns its standard output */
export async function runPython(
  script: string,
  { env, folder }: { env: Readonly<Record<string, string>>; folder: string },
): Promise<string> {
  const { stdout } = await promisify(execFile)("python3", [join(import.meta.dirname, script)], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      PYTHONPATH: installed,
      PYTHONDONTWRITEBYTECODE: "1",
      MLFLOW_DISABLE_TELEMETRY: "true",
      ...env,
    },
    maxBuffer: 50 * 1024 * 1024,
    timeout: 240_000,
  });
  return stdout;
}
