/**
 * A whole server that is killed, or told to end, in the middle of AutoML runs, and workers that are killed (RELIABILITY:
 * rows 4 and 5). A few times by default; FAULTS=20 in `npm run faults`.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../src/base/index.ts";
import type { Run } from "../../src/contract/index.ts";
import {
  faultTimes,
  missingProc,
  openFaultServer,
  orphansEnd,
  orphansOf,
  postgresOf,
  reportFault,
  until,
  workersOf,
  type FaultServer,
} from "./fault-server.ts";

const times = faultTimes(2);
const trials = 6;
const skipped = missingProc ? ` (skipped: ${missingProc})` : "";
const limits = { timeout: 240_000 + times * 60_000 };

let server: FaultServer;
/** The metric of the best model of a run that nobody disturbed: the same seed finds the same model again. */
let undisturbed: number | null;

beforeAll(async () => {
  server = await openFaultServer();
  const { client } = server;
  const upload = Buffer.from(makeTable(2_000));
  const { id } = await client.createUpload({ upload, mediaType: "application/octet-stream" });
  await client.createDatasetVersion({ dataset: "table", body: { createDataset: true, source: { upload: id } } });
  const run = await create();
  await ended(run);
  undisturbed = (await client.getAutoMLRun({ run })).value;
}, 240_000);
afterAll(() => server?.close());

/** Numbers, of which two and their product tell the label. */
function makeTable(rows: number): string {
  const random = createRandom(7);
  const lines = ["a,b,c,d,e,label"];
  for (let row = 0; row < rows; row++) {
    const values = Array.from({ length: 5 }, () => Number(random.next().toFixed(4)));
    const [a = 0, b = 0] = values;
    lines.push(`${values.join(",")},${a + b * a + 0.3 * random.next() > 0.8 ? "yes" : "no"}`);
  }
  return lines.join("\n");
}

async function create(): Promise<string> {
  const options = { maxTrials: trials, threads: 1, explain: false, validation: "holdout:0.2" };
  const body = { data: { dataset: "table" }, target: "label", ...options };
  return (await server.client.createAutoMLRun({ body })).id;
}

async function ended(run: string): Promise<void> {
  await until(async () => (await server.client.getAutoMLRun({ run })).endedAt !== null);
}

async function finishedTrials(run: string): Promise<Run["id"][]> {
  const { items } = await server.client.listRuns({ query: { parent: run, status: ["FINISHED"], limit: 200 } });
  return items.map(({ id }) => id);
}

/** Waits until so many trials are done. @returns them */
async function trialsDone(run: string, count: number): Promise<string[]> {
  await until(async () => (await finishedTrials(run)).length >= count);
  return finishedTrials(run);
}

interface Outcome {
  lost: number;
  half: number;
}

/** Waits for the run's end, and looks for trials that are not there any more and for trials that are there twice. */
async function outcomeOf(run: string, before: readonly string[]): Promise<Outcome> {
  await ended(run);
  const { client } = server;
  const found = await client.getAutoMLRun({ run });
  expect(found).toMatchObject({ status: "FINISHED", statusReason: null, value: undisturbed });
  const { items } = await client.listRuns({ query: { parent: run, limit: 200 } });
  const kept = new Set(items.map(({ id }) => id));
  const numbers = new Set(items.map(({ name }) => name.split(" ", 1)[0]));
  expect(numbers.size).toBe(trials);
  return { lost: before.filter((id) => !kept.has(id)).length, half: items.length - numbers.size };
}

test.skipIf(missingProc)(`kill -9 of the server: the run goes on at its next trial${skipped}`, limits, async () => {
  const total = { lost: 0, half: 0 };
  const readyBefore = server.ready.length;
  let orphans = 0;
  for (let i = 0; i < times; i++) {
    const run = await create();
    const before = await trialsDone(run, 1 + (i % (trials - 1)));
    await server.end("SIGKILL");
    await server.start();
    const { lost, half } = await outcomeOf(run, before);
    total.lost += lost;
    total.half += half;
    await expect.poll(() => orphansOf(server.home, server.pid), orphansEnd).toEqual([]);
    orphans += orphansOf(server.home, server.pid).length;
  }
  const seconds = server.ready.slice(readyBefore);
  reportFault({ fault: "kill -9 of the server in the middle of AutoML", times, ...total, orphans, seconds, limit: 10 });
  expect(total).toEqual({ lost: 0, half: 0 });
});

test.skipIf(missingProc)(`kill -9 of a worker: its job is given on${skipped}`, limits, async () => {
  const total = { lost: 0, half: 0 };
  const seconds: number[] = [];
  for (let i = 0; i < times; i++) {
    const run = await create();
    const before = await trialsDone(run, 1 + (i % (trials - 1)));
    // Zero would be this process, and all that it started.
    const [worker] = workersOf(server) as [number];
    expect(worker).toBeGreaterThan(1);
    const killed = performance.now();
    process.kill(worker, "SIGKILL");
    await until(async () => {
      const { attempt, endedAt } = await server.client.getAutoMLRun({ run });
      return attempt === 2 || endedAt !== null;
    });
    seconds.push((performance.now() - killed) / 1000);
    const { lost, half } = await outcomeOf(run, before);
    total.lost += lost;
    total.half += half;
  }
  const orphans = orphansOf(server.home, server.pid).length;
  reportFault({
    fault: "kill -9 of a worker; seconds until its run goes on",
    times,
    ...total,
    orphans,
    seconds,
    limit: 15,
  });
  expect(total).toEqual({ lost: 0, half: 0 });
});

test.skipIf(missingProc)(
  `SIGTERM: it ends soon, and the run goes on after the next start${skipped}`,
  limits,
  async () => {
    const run = await create();
    const before = await trialsDone(run, 2);
    const seconds = await server.end("SIGTERM");
    const postgres = postgresOf(server.home);
    const orphans = [...orphansOf(server.home, null), ...(postgres === null ? [] : [`${postgres} PostgreSQL`])];
    await server.start();
    const outcome = await outcomeOf(run, before);
    const fault = "SIGTERM in the middle of AutoML; seconds until it has ended";
    reportFault({ fault, times: 1, ...outcome, orphans: orphans.length, seconds: [seconds], limit: 10 });
    expect(outcome).toEqual({ lost: 0, half: 0 });
    expect(orphans).toEqual([]);
  },
);
