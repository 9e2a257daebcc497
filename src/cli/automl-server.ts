/** `slipway automl --data NAME`: the same search, leaderboard and report, on the workers of a server. */
import { randomUUID } from "node:crypto";
import type { AutoMLResult } from "../automl/index.ts";
import { SlipwayError } from "../base/index.ts";
import type { AutoMLRun, Client, NewAutoMLRun } from "../contract/index.ts";
import { showLeaderboard } from "./automl-leaderboard.ts";
import { showResult } from "./automl-result.ts";
import { readSettings } from "./automl-settings.ts";
import type { Invocation } from "./command.ts";
import { datasetVersion } from "./data-values.ts";
import { statusText } from "./runs-resolve.ts";
import { watchRun } from "./runs-watch.ts";
import { connect } from "./server-client.ts";
import { duration, printable } from "./text.ts";
import { checkWritable, quoted } from "./values.ts";
import { writeWhole } from "./write-whole.ts";

/** @param data "bank" or "bank@3" */
export async function runOnServer(data: string, invocation: Invocation): Promise<void> {
  const { options, output, write, signal, untilDone } = invocation;
  const body = await toBody(data, options);
  if (options["out"] !== undefined) checkWritable(options["out"]);
  const client = connect(options);
  const run = await client.createAutoMLRun({ body }, { idempotencyKey: randomUUID(), signal });
  const named = `${run.data.dataset}@${run.data.version}`;
  const place = run.queuePosition === null ? "" : `, place ${run.queuePosition} in the queue`;
  output.line(`${output.bold(printable(run.name))} on ${printable(named)} (run ${run.id}${place})`);
  if ("detach" in options) {
    output.line(output.dim("Next:"));
    output.line(`  slipway runs watch ${run.id}`);
    if ("json" in options) await write(`${JSON.stringify(run)}\n`);
    return;
  }
  await untilDone(() => follow(client, run, invocation));
}

async function follow(client: Client, { id }: AutoMLRun, invocation: Invocation): Promise<void> {
  const { options, output, signal } = invocation;
  const cancel = (): void => {
    output.line(
      output.yellow("Interrupted: the run ends with the best model so far; once more to leave it to the server."),
    );
    client
      .cancelRun({ run: id })
      .catch((error: Error) => output.line(output.yellow(`It could not be told: ${error.message}`)));
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    // Not ended by the signal: the run is followed to its end.
    await watchRun(client, id, output, new AbortController().signal);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  const run = await client.getAutoMLRun({ run: id });
  const leaderboard = await readLeaderboard(client, id);
  if (leaderboard === null) {
    throw new SlipwayError("SLW_AUTOML_NO_MODEL", `The run ended without a model: ${statusText(run)}.`, {
      fix: `See what it did: slipway runs logs ${id}. Go on with it: slipway runs resume ${id}`,
      details: { run: id, status: run.status, reason: run.statusReason },
    });
  }
  const { result, json } = leaderboard;
  showLeaderboard(output, result);
  showResult(output, result, !("no-explain" in options));
  output.line();
  await show(client, run, result, invocation);
  if ("json" in options) {
    // Not by `write`, which an interruption ends.
    process.stdout.write(`${JSON.stringify({ run: id, modelVersion: run.modelVersion, ...json })}\n`);
  }
  if (run.status !== "FINISHED") process.exitCode = 1;
}

/** What became of the run, and what to do next. */
async function show(
  client: Client,
  run: AutoMLRun,
  result: AutoMLResult,
  { options, output }: Invocation,
): Promise<void> {
  if (run.status !== "FINISHED") output.line(output.yellow(statusText(run)));
  output.line(`${output.green(run.status)} after ${duration(result.elapsedSeconds)}: run ${run.id}`);
  const { out } = options;
  if (out !== undefined) {
    const response = await client.getRunArtifact({ run: run.id, path: "model.slipway" });
    await writeWhole(out, new Uint8Array(await response.arrayBuffer()));
    output.line(`${output.green("Saved")} ${out}.`);
  }
  if (run.modelVersion !== null) output.line(`${output.green("Registered")} ${run.modelVersion.replace("/", "@")}.`);
  output.line(output.dim("Next:"));
  output.line(`  slipway runs ${run.status === "FINISHED" ? "show" : "resume"} ${run.id}`);
  if (run.modelVersion !== null) output.line(`  slipway models show ${quoted(run.modelVersion.replace("/", "@"))}`);
}

interface Leaderboard {
  readonly result: AutoMLResult;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Null where the run has none. */
async function readLeaderboard(client: Client, run: string): Promise<Leaderboard | null> {
  try {
    const response = await client.getRunArtifact({ run, path: "leaderboard.json" });
    const json = (await response.json()) as Record<string, unknown> & {
      models: { metrics: Record<string, number | null> }[];
    };
    // JSON has no word for a metric that is not defined.
    const models = json.models.map(({ metrics, ...model }) => ({
      ...model,
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value ?? NaN])),
    }));
    return { result: { ...json, models } as unknown as AutoMLResult, json };
  } catch (error) {
    if (error instanceof SlipwayError && error.status === 404) return null;
    throw error;
  }
}

/** @throws SLW_CLI_VALUE, SLW_CLI_OPTION */
async function toBody(data: string, options: Invocation["options"]): Promise<NewAutoMLRun> {
  for (const name of ["charts", "charts-of"]) if (name in options) throw notHere(name);
  if (options["alias"] !== undefined && options["register"] === undefined) {
    throw new SlipwayError("SLW_CLI_OPTION", "--alias points to a registered version, but --register is not given.", {
      fix: "Name the model: --register MODEL",
    });
  }
  const { out: _out, charts: _charts, chartsOf: _chartsOf, ...settings } = await readSettings(data, options);
  const { "validation-data": validationData, "test-data": testData, register, alias } = options;
  return {
    ...(settings as Omit<NewAutoMLRun, "data">),
    data: toChoice(data),
    ...(validationData !== undefined && { validationData: toChoice(validationData) }),
    ...(testData !== undefined && { testData: toChoice(testData) }),
    ...(options["experiment"] !== undefined && { experiment: options["experiment"] }),
    ...(options["run-name"] !== undefined && { name: options["run-name"] }),
    ...(register !== undefined && { register: { model: register, ...(alias !== undefined && { alias }) } }),
  };
}

function notHere(name: string): SlipwayError {
  return new SlipwayError(
    "SLW_CLI_OPTION",
    `--${name} is for a run on this machine; with --data the charts are artifacts of the run.`,
    {
      fix: `Leave --${name} out.`,
      details: { option: name },
    },
  );
}

function toChoice(text: string): NewAutoMLRun["data"] {
  const { dataset, version } = datasetVersion(text);
  return version === "latest" ? { dataset } : { dataset, version: Number(version) };
}
