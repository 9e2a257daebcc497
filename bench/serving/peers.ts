/** The peers, each in a Python environment of its own and as its documentation tells to run it in production. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { virtualEnvironment, type EnvironmentName } from "../harness/virtual-environment.ts";
import type { Bank } from "./bank.ts";
import { freePort, scoringKey, scoringTarget, startProgram, type ServingContender } from "./contender.ts";
import { azureWire, inferenceWire, mlflowWire, type Wire } from "./wires.ts";

export const peerNames = [
  "fastapi",
  "fastapi-pandas",
  "bentoml",
  "mlserver",
  "mlflow",
] as const satisfies readonly EnvironmentName[];
export type PeerName = (typeof peerNames)[number];

interface Peer {
  /** As people call it. */
  readonly title: string;
  /** The Python package that serves. */
  readonly package: string;
  readonly wire: Wire;
  /** Of its scoring requests. */
  readonly path: string;
  /** What serving_train.py makes for it. */
  readonly form: "booster" | "sklearn" | "mlflow";
  /** The program of its environment, with its words and then its options. @param folder holds the model */
  command(folder: string, port: number): Promise<Command>;
}

interface Command {
  readonly program: string;
  readonly words: readonly string[];
  /** Without the dashes. */
  readonly options: Readonly<Record<string, string | number>>;
}

const scripts = fileURLToPath(new URL("../peers", import.meta.url));

/**
 * Pandas has an environment of its own: LightGBM loads what it finds there, for a second and 100 MB. Under uvicorn with
 * one worker, and with the fastest loop and parser that it knows.
 */
function fastapi(title: string, form: Peer["form"], app: string): Peer {
  return {
    title,
    package: "fastapi",
    wire: azureWire,
    path: "/score",
    form,
    command: async (_folder, port) => ({
      program: "uvicorn",
      words: [app, "--no-access-log"],
      options: { "app-dir": scripts, port, loop: "uvloop", http: "httptools", "log-level": "warning" },
    }),
  };
}

const peers: Readonly<Record<PeerName, Peer>> = {
  fastapi: fastapi("FastAPI", "booster", "serving_fastapi:app"),
  "fastapi-pandas": fastapi("FastAPI, pandas", "sklearn", "serving_fastapi_pandas:app"),
  bentoml: {
    title: "BentoML",
    package: "bentoml",
    wire: azureWire,
    path: "/score",
    form: "booster",
    command: async (_folder, port) => ({
      program: "bentoml",
      words: ["serve", "serving_bentoml:Bank"],
      options: { "working-dir": scripts, host: "127.0.0.1", port },
    }),
  },
  mlserver: {
    title: "MLServer",
    package: "mlserver",
    wire: inferenceWire,
    path: "/v2/models/bank/infer",
    form: "sklearn",
    command: async (folder, port) => {
      await configureMLServer(folder, port);
      return { program: "mlserver", words: ["start", folder], options: {} };
    },
  },
  mlflow: {
    title: "MLflow",
    package: "mlflow",
    wire: mlflowWire,
    path: "/invocations",
    form: "mlflow",
    command: async (folder, port) => ({
      program: "mlflow",
      words: ["models", "serve"],
      options: { "model-uri": join(folder, "mlflow"), "env-manager": "local", host: "127.0.0.1", port, workers: 1 },
    }),
  },
};

/** Without workers beside the server: for one model they only copy. */
async function configureMLServer(folder: string, port: number): Promise<void> {
  const settings = {
    host: "127.0.0.1",
    http_port: port,
    grpc_port: await freePort(),
    metrics_port: await freePort(),
    parallel_workers: 0,
    debug: false,
  };
  const model = {
    name: "bank",
    implementation: "mlserver_sklearn.SKLearnModel",
    parameters: { uri: "./model.joblib" },
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
  writeFileSync(join(folder, "model-settings.json"), JSON.stringify(model));
}

/** Sets its environment up and trains its model there; what runs it is in `versions`. */
export function preparePeer(
  name: PeerName,
  bank: Bank,
): { readonly contender: ServingContender; readonly versions: Readonly<Record<string, string>> } {
  const { title, wire, path, form, command } = peers[name];
  const python = virtualEnvironment(name);
  const folder = join(bank.folder, name);
  mkdirSync(folder, { recursive: true });
  for (const file of ["train.csv", "test.json", "schema.json"]) cpSync(join(bank.folder, file), join(folder, file));
  // Its programs are found, and LightGBM, which has one core to itself, does not start a thread for each.
  const env = { ...process.env, ...environmentOf(python, folder) };
  const trainer = join(scripts, "serving_train.py");
  const printed = execFileSync(python, ["-B", trainer, folder, form, peers[name].package], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", 2],
  });
  const contender: ServingContender = {
    name: title,
    wire,
    expected: JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as string[],
    async start() {
      const port = await freePort();
      const { program, words, options } = await command(folder, port);
      const args = [...words, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
      const target = scoringTarget(port, path);
      return startProgram({ name: title, command: join(dirname(python), program), args, env, folder, target });
    },
  };
  const versions = JSON.parse(String(printed).trim().split("\n").at(-1) as string) as Record<string, string>;
  return { contender, versions };
}

function environmentOf(python: string, folder: string): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(python)}:${process.env["PATH"] ?? ""}`,
    PYTHONDONTWRITEBYTECODE: "1",
    OMP_NUM_THREADS: "1",
    BENCH_FOLDER: folder,
    BENCH_KEY: scoringKey,
    BENTOML_HOME: join(folder, "bentoml"),
    BENTOML_DO_NOT_TRACK: "true",
    MLFLOW_DISABLE_TELEMETRY: "true",
  };
}
