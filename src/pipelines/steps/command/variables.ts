/** The environment of a step's program: what it needs to know, and nothing of the server's. */
import { delimiter, join } from "node:path";
import type { CommandPlaces } from "../../../definition/index.ts";
import type { CommandTask } from "./task.ts";

interface Around {
  readonly folder: string;
  readonly places: CommandPlaces;
  /** Folder of a Python environment. */
  readonly environment: string | null;
  readonly searchPath: string;
}

export function variablesOf(task: CommandTask, around: Around): Record<string, string> {
  const { folder, places, environment, searchPath } = around;
  const path = environment === null ? searchPath : `${join(environment, "bin")}${delimiter}${searchPath}`;
  return {
    PATH: path,
    HOME: folder,
    TMPDIR: join(folder, "tmp"),
    LANG: "C.UTF-8",
    // What a program prints arrives while it runs.
    PYTHONUNBUFFERED: "1",
    ...(environment !== null && { VIRTUAL_ENV: environment }),
    SLIPWAY_RUN_ID: task.runId,
    SLIPWAY_PIPELINE_RUN_ID: task.pipelineRun,
    SLIPWAY_STEP: task.name,
    SLIPWAY_INPUTS: JSON.stringify(places.inputs),
    SLIPWAY_OUTPUTS: JSON.stringify(places.outputs),
    ...serverVariables(task),
  };
}

/** With them MLflow's client logs to the step's own run, and `slipway` asks the server. */
function serverVariables({ server, runId }: CommandTask): Record<string, string> {
  if (server === null) return {};
  const { url, workspace, experiment, token } = server;
  return {
    SLIPWAY_URL: url,
    SLIPWAY_WORKSPACE: workspace,
    MLFLOW_TRACKING_URI: `${url}/workspaces/${encodeURIComponent(workspace)}`,
    MLFLOW_RUN_ID: runId,
    MLFLOW_EXPERIMENT_ID: String(experiment),
    ...(token !== null && { SLIPWAY_TOKEN: token, MLFLOW_TRACKING_TOKEN: token }),
  };
}
