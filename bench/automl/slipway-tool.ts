/** The built package as its users run it: `slipway automl` and `slipway predict`. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { slipwayVersion, type NumericColumn, type StringColumn } from "../../src/base/index.ts";
import { readTable } from "../../src/data/index.ts";
import { buildPackage } from "../harness/built-package.ts";
import { run } from "../harness/run.ts";
import type { Answers, Metric } from "./task.ts";
import { patience, type Job, type Tool } from "./tool.ts";

/** No primary metric of ours is log loss or RMSE itself: the next of kin, and RMSE over the range of the target. */
const metrics: Readonly<Record<Metric, string>> = {
  AUC: "AUC_weighted",
  "log loss": "AUC_weighted",
  accuracy: "accuracy",
  RMSE: "normalized_root_mean_squared_error",
};

interface AutoMLReport {
  readonly best: { readonly name: string };
}

/** Compiles the package first. */
export function slipwayTool(): Tool {
  const script = buildPackage();
  const built = join(dirname(script), "..", "dist");
  const timer = fileURLToPath(new URL("../contenders/row-time.ts", import.meta.url));
  return {
    name: "slipway",
    version: `${slipwayVersion()}+${digest(built)}`,
    async run(job) {
      const [model, answers] = [join(job.folder, "model.slipway"), join(job.folder, "predictions.csv")];
      const trained = await run(process.execPath, [script, ...trainingArguments(job, model)], patience(job.timeLimit));
      const predicted = await run(process.execPath, [
        script,
        "predict",
        model,
        job.split.test,
        "--out",
        answers,
        "--quiet",
      ]);
      const timed = await run(process.execPath, [timer, built, model, job.split.test]);
      return {
        answers: await readAnswers(answers, job.split.labels),
        model: (JSON.parse(trained.stdout.trim().split("\n").at(-1) as string) as AutoMLReport).best.name,
        trainingSeconds: trained.seconds,
        predictionSeconds: predicted.seconds,
        rowMicroseconds: (JSON.parse(timed.stdout) as { microseconds: number }).microseconds,
        modelBytes: statSync(model).size,
        peakBytes: trained.peakBytes && predicted.peakBytes && Math.max(trained.peakBytes, predicted.peakBytes),
      };
    },
  };
}

function trainingArguments({ split, target, task, metric, seed, timeLimit, threads }: Job, model: string): string[] {
  const about = ["--target", target, "--task", task, "--metric", metrics[metric]];
  const limits = ["--time-limit", String(timeLimit), "--threads", String(threads), "--seed", String(seed)];
  return ["automl", split.train, ...about, ...limits, "--out", model, "--quiet", "--json"];
}

async function readAnswers(path: string, labels: readonly string[]): Promise<Answers> {
  const names = labels.length === 0 ? ["prediction"] : labels.map((label) => `probability_${label}`);
  const types = Object.fromEntries(names.map((name) => [name, "numeric" as const]));
  const { table } = await readTable(path, { types, asWritten: labels.length === 0 ? [] : ["prediction"] });
  // A class that the training part does not have has no column.
  const columns = names.map(
    (name) => table.columns.find((column) => column.name === name) as NumericColumn | undefined,
  );
  const outputs = new Float64Array(table.rows * columns.length);
  for (let i = 0; i < outputs.length; i++)
    outputs[i] = columns[i % columns.length]?.values[Math.floor(i / columns.length)] ?? 0;
  if (labels.length === 0) return { outputs, labels: null };
  const chosen = table.columns.find(({ name }) => name === "prediction") as StringColumn;
  return { outputs, labels: Float64Array.from(chosen.codes, (code) => labels.indexOf(chosen.categories[code])) };
}

/** Eight digits that change with the code. */
function digest(folder: string): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).toSorted(byPath))
    if (entry.isFile()) hash.update(readFileSync(join(entry.parentPath, entry.name)));
  return hash.digest("hex").slice(0, 8);
}

function byPath(a: { parentPath: string; name: string }, b: { parentPath: string; name: string }): number {
  return join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1;
}
