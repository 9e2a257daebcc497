/** What a step asks of the programs around it: a registered environment, or one that it describes itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SlipwayError } from "../../../base/index.ts";
import type { EnvironmentSpec } from "../../../registry/index.ts";
import { preparePythonEnvironment } from "./python-environment.ts";
import type { StepsFolder } from "./steps-folder.ts";
import type { CommandTask } from "./task.ts";

interface Around {
  readonly steps: StepsFolder;
  /** Of the step. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** @returns folder of a Python environment; null where the machine's programs do @throws SLW_STEP_ENVIRONMENT */
export function prepareEnvironment(task: CommandTask, around: Around): Promise<string | null> {
  const { environment, step } = task;
  if (environment !== null) return prepareRegistered(environment, around);
  const inline = typeof step.environment === "object" ? step.environment.python : undefined;
  if (inline === undefined) return Promise.resolve(null);
  const { requirements } = inline;
  const lines = typeof requirements === "string" ? readRequirements(task, requirements, around.folder) : requirements;
  return preparePythonEnvironment({ python: null, requirements: lines }, around.steps, around);
}

function readRequirements({ code }: CommandTask, file: string, folder: string): readonly string[] {
  const path = file.replace(/^\.\//, "");
  if (code.some((each) => each.path === path)) return readFileSync(join(folder, "code", path), "utf8").split(/\r?\n/);
  throw new SlipwayError("SLW_STEP_ENVIRONMENT", `The step's code has no file "${file}" with requirements.`, {
    fix: "Put it into the folder that `code` names, or list the packages.",
    details: { file },
  });
}

function prepareRegistered(spec: EnvironmentSpec, around: Around): Promise<string | null> {
  switch (spec.kind) {
    case "python":
      return preparePythonEnvironment(spec, around.steps, around);
    case "node":
      return Promise.resolve(checkNode(spec));
    case "container":
      throw new SlipwayError(
        "SLW_STEP_ENVIRONMENT",
        `The step needs the container image ${spec.image}, and this worker starts no containers.`,
        {
          fix: "A Kubernetes target will run it; until there is one, name a Python environment, or none.",
        },
      );
  }
}

/** The server's own Node is on the PATH; others, and packages, are not installed. */
function checkNode({ node, package: packages }: Extract<EnvironmentSpec, { kind: "node" }>): null {
  const [major] = process.versions.node.split(".");
  if (node.replace(/^v/, "").split(".")[0] !== major) {
    throw new SlipwayError(
      "SLW_STEP_ENVIRONMENT",
      `The step needs Node ${node}; this worker has ${process.versions.node}.`,
    );
  }
  if (packages === undefined) return null;
  throw new SlipwayError(
    "SLW_STEP_ENVIRONMENT",
    "The step's environment has npm packages, which workers do not install.",
    {
      fix: "Bundle the packages with the step's code.",
    },
  );
}
