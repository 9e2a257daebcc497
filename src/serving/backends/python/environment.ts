/**
 * The Python that a model runs in: its own environment, made of the requirements in its folder and shared by all models
 * with the same ones; or the interpreter that SLIPWAY_PYTHON names, which must have what the model needs.
 */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
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
  const made = { interpreter: "python3", version, requirements, options: [], environments };
  try {
    const folder = await ensureEnvironment(made);
    return { python: join(folder, "bin", "python"), variables: {} };
  } catch (cause) {
    throw new SlipwayError("SLW_ENDPOINT_BACKEND", `The model's ${(cause as Error).message}`, {
      fix: "See that pip can install the model's requirements.txt here, or set SLIPWAY_PYTHON to a Python that has them.",
      cause,
    });
  }
}

export interface NewEnvironment {
  /** Path or name of the Python that it is made with. */
  readonly interpreter: string;
  /** What that says to --version. */
  readonly version: string;
  /** Contents of requirements.txt. */
  readonly requirements: string;
  /** For `pip install`, beside those that keep it quiet. */
  readonly options: readonly string[];
  /** Folder of all environments. */
  readonly environments: string;
  /** Told once, before some minutes of work. */
  readonly onMake?: () => void;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}

/**
 * An environment with these requirements: the one that is there, or a new one.
 * @returns its folder, which has bin/python; everybody may read it who may enter the folder of all
 * @throws Error with the reason, in pip's words
 */
export async function ensureEnvironment(given: NewEnvironment): Promise<string> {
  const { version, requirements, options, environments, onMake } = given;
  const key = [version, ...options, requirements].join("\n");
  const folder = join(environments, createHash("sha256").update(key).digest("hex").slice(0, 32));
  if (await exists(join(folder, "ready"))) return realpath(folder);
  onMake?.();
  await makeEnvironment(folder, given);
  return realpath(folder);
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

/**
 * In a folder that keeps its name, since the programs in it begin with its path; what names the environment is a link
 * to it, made when it is whole.
 */
async function makeEnvironment(
  folder: string,
  { interpreter, requirements, options, signal }: NewEnvironment,
): Promise<void> {
  const temporary = `${folder}-${randomUUID()}`;
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(temporary, "requirements.txt"), requirements);
    await run(interpreter, ["-m", "venv", temporary], { signal });
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
    const file = join(temporary, "requirements.txt");
    await run(join(temporary, "bin", "python"), ["-m", "pip", "install", ...quiet, ...options, "-r", file], {
      timeout: installMilliseconds,
      maxBuffer: 64 * 2 ** 20,
      signal,
    });
    await run("chmod", ["-R", "go-w,a+rX", temporary]);
    await writeFile(join(temporary, "ready"), "");
    await symlink(basename(temporary), folder);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    // Another one was faster.
    if (await exists(join(folder, "ready"))) return;
    const { stderr = "", message } = cause as { stderr?: string; message: string };
    const last = stderr.trim().split("\n").slice(-3).join(" ").slice(0, 600) || message;
    throw new Error(`Python environment could not be made: ${last}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
