/** The peers, each in a Python environment of its own and in a new process for every job. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readNumbers } from "../data/boosting-data.ts";
import { startContender, type Contender } from "../harness/contender.ts";
import { watchTree } from "../harness/process-memory.ts";
import { virtualEnvironment, type EnvironmentName } from "../harness/virtual-environment.ts";
import type { Answers } from "./task.ts";
import { patience, type Job, type Outcome, type Tool } from "./tool.ts";

interface Peer {
  readonly environment: EnvironmentName;
  /** Of bench/peers, with its arguments. */
  readonly script: readonly string[];
}

const peers = {
  lightgbm: { environment: "lightgbm", script: ["automl_defaults.py", "lightgbm"] },
  sklearn: { environment: "lightgbm", script: ["automl_defaults.py", "scikit-learn"] },
  flaml: { environment: "flaml", script: ["automl_flaml.py"] },
  autogluon: { environment: "autogluon", script: ["automl_autogluon.py"] },
  h2o: { environment: "h2o", script: ["automl_h2o.py"] },
} as const satisfies Readonly<Record<string, Peer>>;

export type PeerName = keyof typeof peers;

export const peerNames = Object.keys(peers) as readonly PeerName[];

/** Sets its environment up first, where that is needed. */
export async function peerTool(name: PeerName): Promise<Tool> {
  const { environment, script } = peers[name];
  const python = virtualEnvironment(environment);
  const [file, ...rest] = script;
  const args = ["-B", fileURLToPath(new URL(`../peers/${file}`, import.meta.url)), ...rest];
  const start = (): Contender => startContender(name, python, args);
  const contender = start();
  const versions = await contender.ask<Record<string, string>>({ do: "versions" });
  await contender.stop();
  return { name, version: Object.values(versions).join(" "), run: (job) => runPeer(start(), job) };
}

async function runPeer(contender: Contender, job: Job): Promise<Outcome> {
  const stopWatching = watchTree(contender.pid ?? 0);
  const timer = setTimeout(() => contender.kill(), patience(job.timeLimit) * 1000);
  try {
    const [path, folder] = [join(job.folder, "outputs.f64"), join(job.folder, "model")];
    mkdirSync(folder);
    const { train, test, labels, dates } = job.split;
    const { target, metric, seed, threads, timeLimit: seconds } = job;
    const about = { target, labels, dates, metric, seed, threads, seconds };
    const trained = await contender.ask<{ seconds: number; model: string }>({
      do: "fit",
      ...about,
      train,
      folder: job.folder,
    });
    const predicted = await contender.ask<{ seconds: number }>({ do: "predict", ...about, test, path });
    const peakBytes = stopWatching();
    const saved = await contender.ask<{ bytes: number }>({ do: "save", folder });
    const timed = await contender.ask<{ microseconds: number }>({ do: "time_rows", ...about });
    return {
      answers: readAnswers(path, job),
      model: trained.model,
      trainingSeconds: trained.seconds,
      predictionSeconds: predicted.seconds,
      rowMicroseconds: timed.microseconds,
      modelBytes: saved.bytes,
      peakBytes,
    };
  } finally {
    stopWatching();
    await contender.stop();
    clearTimeout(timer);
  }
}

function readAnswers(path: string, { split }: Job): Answers {
  const [rows, classes] = [split.testTarget.length, split.labels.length];
  if (classes === 0) return { outputs: readNumbers(path, rows), labels: null };
  const numbers = readNumbers(path, rows * (classes + 1));
  return { outputs: numbers.subarray(0, rows * classes), labels: numbers.subarray(rows * classes) };
}
