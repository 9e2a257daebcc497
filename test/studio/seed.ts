/** The known world, made through the API alone in some 15 seconds: datasets, runs, models, an endpoint, pipelines, users. */
import { setTimeout as delay } from "node:timers/promises";
import { createRandom } from "../../src/base/index.ts";
import type { Client } from "../../src/contract/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { customersCsv } from "./made-rows.ts";
import { awaitPipelineRun, awaitRun } from "./await-run.ts";

/** What is asked for by id; everything else has the names below. */
export interface Seeded {
  readonly automlRun: string;
  /** Runs of the experiment "learning-rates", in the order in which they were made. */
  readonly experimentRuns: readonly string[];
  readonly finishedPipelineRun: string;
  readonly failedPipelineRun: string;
  readonly waitingPipelineRun: string;
}

const octets = "application/octet-stream";

/** @throws where something does not end as it should, for nothing that is made of it could be relied on */
export async function seedWorld(client: Client): Promise<Seeded> {
  await seedDatasets(client);
  const automl = await client.createAutoMLRun({
    body: {
      data: { dataset: "customers" },
      target: "churned",
      name: "churn of customers",
      experiment: "churn",
      // By number, not by time: a busy machine finds as many.
      maxTrials: 8,
      threads: 1,
      register: { model: "churn", alias: "champion" },
    },
  });
  const [experimentRuns, pipelines] = await Promise.all([
    seedExperiment(client),
    seedPipelines(client),
    seedUsers(client),
  ]);
  await awaitRun(client, automl.id, automl.events);
  const { status, statusReason } = await client.getAutoMLRun({ run: automl.id });
  if (status !== "FINISHED") throw new Error(`The AutoML run of the made world is ${status}: ${statusReason}`);
  await seedModels(client);
  await seedEndpoint(client);
  return { automlRun: automl.id, experimentRuns, ...pipelines };
}

async function upload(client: Client, fileName: string, text: string): Promise<string> {
  const { id } = await client.createUpload({ query: { fileName }, upload: text, mediaType: octets });
  return id;
}

/** customers@1 and @2, which differ, and regions@1. */
async function seedDatasets(client: Client): Promise<void> {
  const regions = "region,manager\nnorth,Ada\nsouth,Grace\neast,Alan\nwest,Edsger\n";
  const files = [
    ["customers", "customers.csv", customersCsv(600, 1), "Made customers, and whether they left."],
    ["customers", "customers-2.csv", customersCsv(620, 2), "With twenty more."],
    ["regions", "regions.csv", regions, "Who looks after which region."],
  ] as const;
  for (const [dataset, fileName, text, description] of files) {
    const source = { upload: await upload(client, fileName, text) };
    await client.createDatasetVersion({
      dataset,
      body: { source, createDataset: true, description, tags: { origin: "made" } },
    });
  }
}

/** Thirty runs as an MLflow client logs them; the last one still runs, two failed. */
async function seedExperiment(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < 30; n++) ids.push(await seedRun(client, n));
  return ids;
}

async function seedRun(client: Client, n: number): Promise<string> {
  const random = createRandom(n);
  const rate = 10 ** (-1 - (n % 5) / 2);
  const { id: run } = await client.createRun({
    body: {
      experiment: "learning-rates",
      name: `rate ${rate.toPrecision(2)}, depth ${(n % 6) + 2}`,
      kind: "mlflow",
      source: "train.py",
      params: { learning_rate: rate.toPrecision(2), depth: String((n % 6) + 2), optimizer: n % 2 ? "adam" : "sgd" },
      tags: { team: n % 3 ? "risk" : "growth" },
    },
  });
  const metrics = Array.from({ length: 40 }, (_, step) => {
    const loss = 0.3 + 0.6 * Math.exp(-step * rate * 2) + 0.01 * random.normal();
    return [
      { key: "loss", value: loss, step },
      { key: "auc", value: 1.05 - loss / 2, step },
    ];
  });
  await client.logRunBatch({ run, body: { metrics: metrics.flat() } });
  if (n % 10 === 0) await client.appendRunLog({ run, body: { text: logOf(n) } });
  const failed = n === 7 || n === 19;
  if (n === 29) return run;
  await client.updateRun({
    run,
    body: failed ? { status: "FAILED", statusReason: "train.py ended with exit code 1." } : { status: "FINISHED" },
  });
  return run;
}

function logOf(n: number): string {
  const lines = Array.from(
    { length: 60 },
    (_, line) => `epoch ${line} of run ${n}: loss ${(1 / (line + 1)).toFixed(4)}`,
  );
  lines.splice(20, 0, "WARNING: the learning rate is high");
  lines.push("ERROR: the disk is nearly full", "done");
  return `${lines.join("\n")}\n`;
}

/** A check that takes seconds, a decision, a message: in three runs that ended well, failed, and wait. */
const nightly = `# Looks at new customers every night.
name: nightly-check
description: Checks the customers, and asks before it tells.
parameters:
  data: { type: dataset, default: customers }
  min_rows: { type: number, default: 100, description: Fewer are refused. }
steps:
  check:
    type: data_check
    description: No gaps, and enough rows.
    data: \${{ parameters.data }}
    checks:
      - { check: row_count, min: 600 }
      - { check: nulls, columns: [age, churned], max_share: 0 }
  young:
    type: transform
    inputs: { customers: "\${{ parameters.data }}" }
    query: select * from customers where age < 30
    output: young-customers
    needs: [check]
  enough:
    type: command
    command: [sh, -c, 'echo "rows wanted: $0"; test "$0" -le 1000', "\${{ parameters.min_rows }}"]
    needs: [check]
  release:
    type: approval
    message: Tell the team about the new customers?
    needs: [young, enough]
  tell:
    type: command
    command: [echo, told]
    needs: [release]
`;

type PipelineRuns = Pick<Seeded, "finishedPipelineRun" | "failedPipelineRun" | "waitingPipelineRun">;

async function seedPipelines(client: Client): Promise<PipelineRuns> {
  await client.publishPipeline({ body: { text: nightly.replace("min: 600", "min: 500") } });
  await client.publishPipeline({ body: { text: nightly } });
  await client.createSchedule({
    body: {
      name: "every-night",
      pipeline: "nightly-check",
      trigger: { kind: "cron", expression: "0 3 * * *", timeZone: "Europe/Berlin" },
    },
  });
  const start = (name: string, parameters: Record<string, unknown> = {}) =>
    client.createPipelineRun({ body: { pipeline: "nightly-check", name, parameters } });
  const finished = await start("released");
  const failed = await start("too few rows", { min_rows: 5000 });
  const waiting = await start("waits for release");
  const asked = (run: { steps: readonly { state: string }[] }) => run.steps.some(({ state }) => state === "APPROVAL");
  await Promise.all([awaitPipelineRun(client, finished.id, asked), awaitPipelineRun(client, waiting.id, asked)]);
  await client.decidePipelineStep({
    run: finished.id,
    step: "release",
    body: { decision: "approve", comment: "The rows look right." },
  });
  const ended = (run: { endedAt: string | null }) => run.endedAt !== null;
  await Promise.all([awaitPipelineRun(client, finished.id, ended), awaitPipelineRun(client, failed.id, ended)]);
  return { finishedPipelineRun: finished.id, failedPipelineRun: failed.id, waitingPipelineRun: waiting.id };
}

async function seedUsers(client: Client): Promise<void> {
  for (const [user, role] of [
    ["ada", "owner"],
    ["grace", "contributor"],
    ["alan", "reader"],
  ] as const) {
    await client.createUser({ body: { name: user } });
    await client.assignRole({ user, body: { role } });
  }
  await client.createUserToken({ user: "ada", body: { name: "notebook", expiresInDays: 90 } });
  await client.createMyToken({ body: { name: "studio" } });
  await client.updateUser({ user: "alan", body: { disabled: true } });
  await client.createEnvironmentVersion({
    environment: "sklearn",
    body: { spec: { kind: "python", python: "3.11", requirements: ["scikit-learn==1.9.0"] } },
  });
}

/** churn@1 is of AutoML; @2 and mailing@1 are files. */
async function seedModels(client: Client): Promise<void> {
  for (const model of ["churn", "mailing"]) {
    const bytes = Buffer.from(encodeModel(modelWith()));
    const { id } = await client.createUpload({ upload: bytes, mediaType: octets });
    await client.registerModelVersion({
      model,
      body: {
        source: { uploads: [{ path: "model.slipway", upload: id }] },
        description: "Two leaves.",
        tags: { team: "risk" },
      },
    });
  }
  await client.setModelVersionStage({ model: "churn", version: "1", body: { stage: "Production" } });
}

/** Requests that are answered and one that is refused, with logs and collection on; all are logged and counted then. */
async function seedEndpoint(client: Client): Promise<void> {
  const endpoint = await client.createEndpoint({
    body: {
      name: "churn",
      model: "churn@1",
      description: "Will this customer leave?",
      primaryKey: "first-key-of-the-made-world",
      secondaryKey: "second-key-of-the-made-world",
      settings: { appInsights: true, dataCollection: { enabled: true, samplingRate: 1 } },
    },
  });
  const stop = new AbortController();
  const log = await client.followEndpointLogs({ endpoint: "churn" }, { signal: stop.signal });
  const { request } = await client.getEndpointExamples({ endpoint: "churn" });
  const requests = 12;
  for (let n = 0; n < requests; n++) {
    const body = n === 5 ? { data: [{ age: "old" }] } : request;
    const answer = await fetch(endpoint.scoringUri, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${endpoint.primaryKey}` },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
  }
  let logged = 0;
  for await (const { data } of log) if (data.kind === "request" && ++logged === requests) break;
  stop.abort();
  // No event tells of it: a page that was open before would go on saying that nobody has asked.
  while ((await client.getOverview()).endpoints.some(({ lastRequestAt }) => lastRequestAt === null)) await delay(50);
}
