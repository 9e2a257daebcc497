/**
 * The Python that a model runs in: its own environment, made of the requirements in its folder and shared by all models
 * with the same ones; or the interpreter that SLIPWAY_PYTHON names, which must have what the model needs.
 */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { SlipwayError } from "../../../base/index.ts";

const run = promisify(execFile);

export interface PythonEnvironment {
  /** The interpreter. */
  readonly python: string;
  /** Variables beside PATH. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Milliseconds in which requirements must be installed. */
const installMilliseconds = 20 * 60_000;

/**
 * Finds the environment of a model, or makes it: some minutes the first time. Two that make the same one at once do no
 * harm: each works in a folder of its own, and the first to be ready is taken.
 * @param model folder with the file MLmodel
 * @param environments folder of all environments
 * @throws SLW_ENDPOINT_BACKEND where there is no Python, or its packages cannot be installed
 */
export async function preparePython(model: string, environments: string): Promise<PythonEnvironment> {
  const given = process.env["SLIPWAY_PYTHON"];
  if (given !== undefined && given !== "") {
    const path = process.env["PYTHONPATH"];
    return { python: given, variables: path === undefined ? {} : { PYTHONPATH: path } };
  }
  const requirements = await readRequirements(model);
  const version = await pythonVersion();
  const name = createHash("sha256").update(`${version}\n${requirements}`).digest("hex").slice(0, 32);
  const folder = join(environments, name);
  const found = { python: join(folder, "bin", "python"), variables: {} };
  if (await exists(join(folder, "ready"))) return found;
  await makeEnvironment(folder, requirements);
  return found;
}

async function readRequirements(model: string): Promise<string> {
  try {
    return await readFile(join(model, "requirements.txt"), "utf8");
  } catch {
    throw new SlipwayError("SLW_ENDPOINT_BACKEND", "The MLflow model has no requirements.txt.", {
      fix: "Log the model again with a current MLflow, or set SLIPWAY_PYTHON to a Python that has what it needs.",
    });
  }
}

/** @throws SLW_ENDPOINT_BACKEND */
async function pythonVersion(): Promise<string> {
  try {
    return (await run("python3", ["--version"])).stdout.trim();
  } catch (cause) {
    throw new SlipwayError("SLW_ENDPOINT_BACKEND", "MLflow models need Python, and there is no python3 on the PATH.", {
      fix: "Install Python 3 (with venv) on this machine, or set SLIPWAY_PYTHON to an interpreter; then deploy again.",
      cause,
    });
  }
}

async function makeEnvironment(folder: string, requirements: string): Promise<void> {
  const temporary = `${folder}-${randomUUID()}`;
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(temporary, "requirements.txt"), requirements);
    await run("python3", ["-m", "venv", temporary]);
    const options = ["install", "--quiet", "--disable-pip-version-check", "--no-input"];
    await run(join(temporary, "bin", "python"), ["-m", "pip", ...options, "-r", join(temporary, "requirements.txt")], {
      timeout: installMilliseconds,
      maxBuffer: 64 * 2 ** 20,
    });
    await writeFile(join(temporary, "ready"), "");
    // Interpreters are found by the path of their start, packages beside them: the folder can be renamed.
    await rename(temporary, folder).catch(async (error: unknown) => {
      if (!(await exists(join(folder, "ready")))) throw error;
    });
  } catch (cause) {
    const { stderr = "", message } = cause as { stderr?: string; message: string };
    const last = stderr.trim().split("\n").slice(-3).join(" ").slice(0, 600) || message;
    throw new SlipwayError("SLW_ENDPOINT_BACKEND", `The model's Python environment could not be made: ${last}`, {
      fix: "See that pip can install the model's requirements.txt here, or set SLIPWAY_PYTHON to a Python that has them.",
      cause,
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
