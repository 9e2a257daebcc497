/** AutoML over HTTP, as the studio and the command line have it: create, watch, wait in the queue, cancel, resume. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTestPackage } from "../../scripts/build-test-package.mjs";
import { startServer, type Server } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import {
  createClient,
  type ApiError,
  type AutoMLRun,
  type Client,
  type NewAutoMLRun,
} from "../../src/contract/index.ts";
import { decodeModel } from "../../src/model/index.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";

const bin = await buildTestPackage();

let database: TestDatabase;
let folder: string;
let server: Server;
let client: Client;

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "slipway-automl-"));
  const options = { dataFolder: folder, host: "127.0.0.1", port: 0, databaseUrl: database.url };
  server = await startServer({ ...options, log: silentLog, onLost: () => {} });
  client = createClient({ url: server.url, token: server.token ?? "" });
  const penguins = readFileSync(new URL("../../examples/penguins.csv", import.meta.url));
  const { id } = await client.createUpload({
    query: { fileName: "penguins.csv" },
    upload: penguins,
    mediaType: "application/octet-stream",
  });
  await client.createDatasetVersion({
    dataset: "penguins",
    body: { source: { upload: id }, createDataset: true },
  });
});

afterAll(async () => {
  await server?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const body: NewAutoMLRun = {
  data: { dataset: "penguins" },
  target: "species",
  maxTrials: 3,
  threads: 1,
  explain: false,
  validation: "holdout:0.2",
};

const create = (more: Partial<NewAutoMLRun> = {}, key?: string): Promise<AutoMLRun> =>
  client.createAutoMLRun({ body: { ...body, ...more } }, key === undefined ? {} : { idempotencyKey: key });

/** Follows the run's events to its end. @returns their types, those of the engine after "progress " */
async function watch({ id, events: after }: AutoMLRun): Promise<string[]> {
  const types: string[] = [];
  const stop = new AbortController();
  const query = { after, subject: `run/${id}`, types: ["run.created", "run.updated", "run.progress"] };
  for await (const { data } of await client.streamEvents({ query }, { signal: stop.signal })) {
    if (data.type === "run.progress") types.push(`progress ${(data.data["event"] as { type: string }).type}`);
    else types.push(`${data.type} ${String(data.data["status"])}`);
    if (data.type === "run.updated" && ["FINISHED", "FAILED", "KILLED"].includes(String(data.data["status"]))) break;
  }
  stop.abort();
  return types;
}

test("a run tells its whole life, whoever watches when", async () => {
  const created = await create({ register: { model: "penguins", alias: "candidate" }, name: "first" });
  expect(created).toMatchObject({ name: "first", data: { dataset: "penguins", version: 1 }, target: "species" });
  const live = await watch(created);
  expect(await watch(created)).toEqual(live);
  expect(live.slice(0, 3)).toEqual(["run.created QUEUED", "run.updated RUNNING", "progress started"]);
  expect(live.filter((type) => type === "progress trialFinished")).toHaveLength(3);
  expect(live.slice(-3)).toEqual(["progress refitting", "progress finished", "run.updated FINISHED"]);
  const run = await client.getAutoMLRun({ run: created.id });
  expect(run).toMatchObject({ status: "FINISHED", attempt: 1, metric: "AUC_weighted", modelVersion: "penguins/1" });
  expect(run.value).toBeGreaterThan(0.9);
  const { items } = await client.listRuns({ query: { parent: created.id, fields: ["metrics.AUC_weighted"] } });
  expect(items).toHaveLength(3);
});

test("the same request again is the same run", async () => {
  const [one, other] = [await create({}, "a key"), await create({}, "a key")];
  expect(other.id).toBe(one.id);
  await client.cancelRun({ run: one.id });
});

test.each<[Partial<NewAutoMLRun>, number, string]>([
  [{ target: "specie" }, 400, "SLW_AUTOML_TARGET"],
  [{ metric: "r2_score" }, 400, "SLW_AUTOML_METRIC"],
  [{ cvSplitColumns: ["sex"] }, 400, "SLW_AUTOML_VALIDATION"],
  [{ threads: 0 }, 400, "SLW_API_INPUT"],
  [{ data: { dataset: "penguins", version: 2 } }, 404, "SLW_DATASET_VERSION"],
])("%j is refused with %i", async (more, status, code) => {
  const refusal = await create(more).catch((error: ApiError) => error);
  expect(refusal).toMatchObject({ status, problem: { code } });
});

test("what waits is told its place, and what is cancelled goes on where it was", async () => {
  const long = { timeLimit: 600, earlyStopping: false };
  const { maxTrials: _, ...limitless } = body;
  const running: AutoMLRun[] = [];
  for (let i = 0; i < availableParallelism(); i++)
    running.push(await client.createAutoMLRun({ body: { ...limitless, ...long } }));
  const waiting = await create();
  const first = running[0] as AutoMLRun;
  for (const { id, events: after } of running) {
    for await (const { data } of await client.streamEvents({ query: { after, subject: `run/${id}` } })) {
      if (data.type === "run.progress" && (data.data["event"] as { type: string }).type === "trialFinished") break;
    }
  }
  expect(await client.getAutoMLRun({ run: waiting.id })).toMatchObject({ status: "QUEUED", queuePosition: 1 });
  const { queued, workers } = await client.getComputeStatus();
  expect(queued).toBe(1);
  expect(workers.map(({ run }) => run).toSorted()).toEqual(running.map(({ id }) => id).toSorted());

  for (const { id } of running) await client.cancelRun({ run: id });
  expect((await watch(first)).at(-1)).toBe("run.updated KILLED");
  const killed = await client.getAutoMLRun({ run: first.id });
  expect(killed.statusReason).toMatch(/^cancelled; .* is the best of \d+ models that were ready$/);
  expect(killed.best).not.toBeNull();
  expect((await watch(waiting)).at(-1)).toBe("run.updated FINISHED");

  await client.resumeRun({ run: first.id });
  for await (const { data } of await client.streamEvents({
    query: { after: first.events, subject: `run/${first.id}` },
  })) {
    const event = data.data["event"] as { type: string; resumed?: boolean } | undefined;
    if (event?.resumed) break;
  }
  await client.cancelRun({ run: first.id });
  while ((await client.getAutoMLRun({ run: first.id })).endedAt === null) await delay(50);
  expect(await client.getAutoMLRun({ run: first.id })).toMatchObject({ status: "KILLED", attempt: 2 });
  const refusal = await client.resumeRun({ run: waiting.id }).catch((error: ApiError) => error);
  expect(refusal).toMatchObject({ status: 409, problem: { code: "SLW_JOB_STATE" } });
});

test("only what a worker computes is cancelled or resumed", async () => {
  const run = await client.createRun({ body: { experiment: 0 } });
  for (const call of [client.cancelRun, client.resumeRun]) {
    const refusal = await call({ run: run.id }).catch((error: ApiError) => error);
    expect(refusal).toMatchObject({ status: 404, problem: { code: "SLW_JOB_NOT_FOUND" } });
  }
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `slipway ARGS` against the server. @param onLine called with each line for people */
async function slipway(args: readonly string[], onLine?: (line: string, child: ChildProcess) => void): Promise<Ended> {
  const env = { ...process.env, SLIPWAY_URL: server.url, SLIPWAY_TOKEN: server.token ?? "", NO_COLOR: "1" };
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    stderr += `${line}\n`;
    onLine?.(line, child);
  });
  const stdout = text(child.stdout);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: await stdout, stderr };
}

const given = [
  "automl",
  "--data",
  "penguins@1",
  "--target",
  "species",
  "--validation",
  "holdout:0.2",
  "--threads",
  "1",
];

test("the command prints the same leaderboard as one on this machine", async () => {
  const out = join(folder, "model.slipway");
  const { code, stdout, stderr } = await slipway([
    ...given,
    "--max-trials",
    "2",
    "--register",
    "cli",
    "--out",
    out,
    "--json",
  ]);
  expect(code).toBe(0);
  const local = await slipway([
    "automl",
    new URL("../../examples/penguins.csv", import.meta.url).pathname,
    ...given.slice(3),
    "--max-trials",
    "2",
    "--json",
    "--out",
    join(folder, "local.slipway"),
  ]);
  // Times differ.
  const leaderboard = (output: string): string[] =>
    output.split("\n").flatMap((line) => /^\s*(\d+ {2}\S.*?\d\.\d{5})/.exec(line)?.[1] ?? []);
  expect(leaderboard(stderr)).toEqual(leaderboard(local.stderr));
  expect(leaderboard(stderr).length).toBeGreaterThan(3);
  expect(JSON.parse(stdout)).toMatchObject({ modelVersion: "cli/1", target: "species", interrupted: false });
  expect(decodeModel(readFileSync(out)).target).toBe("species");
});

test("Ctrl-C ends the run with the best model so far", async () => {
  let interrupted = false;
  const { code, stderr, stdout } = await slipway(
    [...given, "--time-limit", "300", "--no-early-stopping", "--json"],
    (line, child) => {
      if (!interrupted && /^ +\d+ {2}/.test(line)) interrupted = child.kill("SIGINT");
    },
  );
  expect({ code, stderr }).toMatchObject({ code: 130 });
  expect(stderr).toContain(
    "Interrupted: the run ends with the best model so far; once more to leave it to the server.",
  );
  expect(stderr).toMatch(/KILLED \(cancelled; \S+ is the best of \d+ models that were ready\)/);
  const { run, interrupted: told } = JSON.parse(stdout) as { run: string; interrupted: boolean };
  expect(told).toBe(true);
  expect(await client.getAutoMLRun({ run })).toMatchObject({ status: "KILLED" });
});

test("--detach leaves the run to the server", async () => {
  const { code, stdout } = await slipway([...given, "--max-trials", "1", "--detach", "--json"]);
  expect(code).toBe(0);
  expect((await watch(JSON.parse(stdout) as AutoMLRun)).at(-1)).toBe("run.updated FINISHED");
});

test.each([
  [["--target", "species"], "SLW_CLI_OPERAND", "needs FILE.csv, or --data"],
  [["x.csv", "--data", "penguins", "--target", "species"], "SLW_CLI_OPERAND", "--data takes the place of x.csv"],
  [["x.csv", "--target", "species", "--register", "m"], "SLW_CLI_OPTION", "--register is for a run on a server"],
  [
    ["--data", "penguins", "--target", "species", "--charts", "c.json"],
    "SLW_CLI_OPTION",
    "--charts is for a run on this machine",
  ],
  [["--data", "penguins", "--target", "species", "--alias", "a"], "SLW_CLI_OPTION", "--register is not given"],
  [["--data", "penguins", "--target", "specis"], "SLW_AUTOML_TARGET", 'Did you mean "species"?'],
])("automl %j is refused with %s", async (args, code, message) => {
  const ended = await slipway(["automl", ...args]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(`error[${code}]`);
  expect(ended.stderr).toContain(message);
});
