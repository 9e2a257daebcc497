/**
 * A remote worker for tests: `URL WORKSPACE NAME CORES LABELS`. It calls what a server calls for it, where a real one
 * speaks HTTP; so it stands for both. Prints its id, and ends when a job is no longer its own.
 */
import { setTimeout as delay } from "node:timers/promises";
import { silentLog } from "../base/index.ts";
import { openDatabase, serverActor, transaction } from "../store/index.ts";
import { beatRemote, claimRemote, endJob, findRemoteJob, holdJob, registerRemoteWorker, type Job } from "./index.ts";
import { handlers } from "./test-handlers.ts";

const [url = "", workspaceId = "", name = "", cores = "1", labels = ""] = process.argv.slice(2);
const database = openDatabase({ url, applicationName: `test ${name}`, log: silentLog });
const listener = (): Promise<void> => Promise.resolve();
const workerId = await registerRemoteWorker(database, {
  workspaceId,
  name,
  host: "elsewhere",
  cores: Number(cores),
  memoryBytes: 2 ** 30,
  labels: labels.split(",").filter(Boolean),
  version: "0",
  actor: serverActor,
});
process.stdout.write(`${workerId}\n`);

const key = { workspaceId, workerId };
let current: { job: Job; controller: AbortController } | null = null;

async function sayAlive(): Promise<void> {
  const asked = current;
  const usage = { cpuSeconds: 1, peakMemory: 2 };
  const { alive, fenced, cancelled } = await beatRemote(database, key, { usage, job: asked?.job ?? null });
  if (!alive || (fenced && asked === current)) process.exit(0);
  if (cancelled) asked?.controller.abort();
}
setInterval(() => void sayAlive().catch(() => process.exit(1)), 200);

async function compute(job: Job): Promise<void> {
  const controller = new AbortController();
  current = { job, controller };
  const handler = handlers[job.kind];
  if (handler === undefined) throw new Error(job.kind);
  const { last: _last, ...end } = await handler({
    job,
    signal: controller.signal,
    database,
    log: silentLog,
    memoryLimit: 2 ** 30,
    hold: (work) =>
      transaction(database, async (trx) => {
        await holdJob(trx, job);
        return work(trx);
      }),
  });
  await transaction(database, async (trx) => {
    await findRemoteJob(trx, key, job);
    await endJob(trx, job, end, listener);
  });
  current = null;
}

const { signal } = new AbortController();
for (;;) {
  const job = await claimRemote(database, key, { signal, listener, log: silentLog }).catch(() => process.exit(0));
  if (job === null) continue;
  // A real one goes on: this one ends, so that a test can wait for it.
  await compute(job).catch(() => process.exit(0));
  await delay(0);
}
