/** Python environments of the peers, each in a folder of its own under bench/ that git does not see. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";

export type EnvironmentName =
  | "lightgbm"
  | "flaml"
  | "autogluon"
  | "h2o"
  | "fastapi"
  | "fastapi-pandas"
  | "bentoml"
  | "mlserver"
  | "mlflow";

/**
 * Makes bench/.venv-NAME with what bench/peers/requirements-NAME.txt asks for, unless it is there already.
 * @returns its Python
 */
export function virtualEnvironment(name: EnvironmentName): string {
  const folder = join(root, "bench", `.venv-${name}`);
  const requirements = join(root, "bench", "peers", `requirements-${name}.txt`);
  const stamp = join(folder, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  const windows = process.platform === "win32";
  const python = windows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  process.stderr.write(`setting up bench/.venv-${name} (python -m venv, pip install)\n`);
  if (!existsSync(python)) {
    rmSync(folder, { recursive: true, force: true });
    execute(windows ? "python" : "python3", ["-m", "venv", folder]);
  }
  execute(python, ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--requirement", requirements]);
  writeFileSync(stamp, wanted);
  return python;
}

function execute(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  throw new Error(
    `${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}. --peers needs Python 3.11 or later with venv and pip.`,
  );
}
