/** The Python of a step: what its environment asks for, made once on a machine for all steps that ask for the same. */
import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { SlipwayError } from "../../../base/index.ts";
import type { EnvironmentSpec } from "../../../registry/index.ts";
import { loadBackends } from "../../../serving/index.ts";
import type { Confinement } from "./confinement.ts";
import { isOpen, pythonOf, type StepsFolder } from "./steps-folder.ts";

const run = promisify(execFile);

type PythonSpec = Extract<EnvironmentSpec, { kind: "python" }>;

/**
 * Only packages that are built already are installed: building one would run its code as the worker's user.
 * @param say told when it takes some minutes
 * @returns folder of the environment
 * @throws SLW_STEP_ENVIRONMENT
 */
export async function preparePythonEnvironment(
  { python, requirements = [], lock }: Omit<PythonSpec, "kind" | "python"> & { readonly python: string | null },
  { path, confinement }: StepsFolder,
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<string> {
  const text = lock ?? requirements.join("\n");
  checkRequirements(text);
  const { interpreter, version } = await findInterpreter(python, confinement);
  const hashes = lock?.includes("--hash=") ? ["--require-hashes"] : [];
  const { ensureEnvironment } = await loadBackends();
  try {
    return await ensureEnvironment({
      interpreter,
      version,
      requirements: `${text}\n`,
      options: ["--only-binary=:all:", ...hashes],
      environments: pythonOf(path),
      onMake: () => say(`the environment is being made with ${version}; the next step that asks for it finds it …`),
      signal,
    });
  } catch (cause) {
    throw new SlipwayError("SLW_STEP_ENVIRONMENT", `The ${(cause as Error).message}`, {
      fix: "See that pip can install these packages on the worker's machine, as wheels: none is built there.",
      cause,
    });
  }
}

/** Characters of a line: one with the hashes of all wheels of a package has some thousands. */
const longestLine = 20_000;

/** @throws SLW_STEP_ENVIRONMENT naming the line */
export function checkRequirements(text: string): void {
  const lines = text.replace(/\\\r?\n/g, " ").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const plain = line
      .slice(0, longestLine + 1)
      .replace(/\s+/g, " ")
      .replace(/(^| )#.*$/, "")
      .trim();
    if (plain === "" || (line.length <= longestLine && isRequirement(plain))) continue;
    const got = JSON.stringify(plain.slice(0, 200));
    throw new SlipwayError(
      "SLW_STEP_ENVIRONMENT",
      `Line ${index + 1} of the requirements must name a package, such as scikit-learn==1.9.0; got ${got}.`,
      { fix: "Name packages and versions only: no options, addresses or paths.", details: { line: index + 1 } },
    );
  }
}

/**
 * A package by its name, with extras, versions, a condition, and hashes (PEP 508 without addresses, and pip's --hash).
 * Options, paths and addresses may reach anything. Part by part, so that no text takes more than its length.
 */
function isRequirement(text: string): boolean {
  const [given = "", ...hashes] = text.split(" --hash=");
  if (!hashes.every((hash) => /^sha256:[0-9a-f]{64}$/.test(hash))) return false;
  const [named = "", ...conditions] = given.split(";");
  // pip takes what follows a blank and a dash for an option, also here.
  if (conditions.length > 1 || !/^[\w .'"<>=!~()+*,-]*$/.test(conditions.join("")) || / -/.test(given)) return false;
  const name = /^[A-Za-z0-9][\w.-]*/.exec(named)?.[0];
  if (name === undefined) return false;
  const versions = named
    .slice(name.length)
    .replace(/^ ?\[[\w., -]*\]/, "")
    .trim();
  return versions === "" || versions.split(",").every((part) => /^ ?(===?|[<>~!]=|[<>]) ?[\w.*+!-]+ ?$/.test(part));
}

interface Interpreter {
  readonly interpreter: string;
  /** "Python 3.11.7" */
  readonly version: string;
}

/** @param wanted "3.11"; null for any @throws SLW_STEP_ENVIRONMENT */
async function findInterpreter(wanted: string | null, { kind }: Confinement): Promise<Interpreter> {
  const names = wanted === null ? ["python3"] : [`python${wanted}`, "python3"];
  const seen: string[] = [];
  for (const path of names.flatMap(programsOnPath)) {
    const found = await askInterpreter(path);
    if (found === null) continue;
    const closed = kind === "user" && !isOpen(realpathSync(found.interpreter));
    seen.push(`${found.version} (${found.interpreter}${closed ? ", which the step's user cannot reach" : ""})`);
    if (closed || (wanted !== null && !`${found.version}.`.startsWith(`Python ${wanted}.`))) continue;
    return found;
  }
  const what = wanted === null ? "Python 3" : `Python ${wanted}`;
  const there = seen.length === 0 ? "there is none on the PATH" : `there is ${seen.join("; ")}`;
  throw new SlipwayError("SLW_STEP_ENVIRONMENT", `The step's environment needs ${what}, and ${there}.`, {
    fix: `Install ${what} (with venv) on the worker's machine, where every user can run it.`,
    details: { wanted, seen },
  });
}

function programsOnPath(name: string): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders
    .map((folder) => join(folder, name))
    .filter((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A name may be that of a script which finds another: it is asked which it is. */
async function askInterpreter(path: string): Promise<Interpreter | null> {
  const script = "import sys; print(sys.executable); print('Python', sys.version.split()[0])";
  try {
    const { stdout } = await run(path, ["-I", "-c", script], { timeout: 30_000 });
    const [interpreter = "", version = ""] = stdout.trim().split("\n");
    return interpreter === "" ? null : { interpreter, version };
  } catch {
    return null;
  }
}
