/** A database with jobs for tests of this folder. */
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { newId, silentLog } from "../base/index.ts";
import { openDatabase, serverActor, transaction, type Database } from "../store/index.ts";
import { testDatabase } from "../store/testing.ts";
import { cancelJob, getJob, submitJob, type Job, type NewJob } from "./index.ts";

export const noListener = (): Promise<void> => Promise.resolve();

export interface TestPlace {
  readonly url: string;
  readonly database: Database;
  readonly workspaceId: string;
  /** @returns the run's id */
  submit(kind: string, job?: Partial<NewJob>): Promise<string>;
  cancel(runId: string, force?: boolean): Promise<Job>;
  read(runId: string): Promise<Job>;
  until(runId: string, isSo: (job: Job) => boolean): Promise<Job>;
  ended(runId: string): Promise<Job>;
  running(runId: string): Promise<Job>;
  /** What its attempts wrote: "1 began". */
  written(runId: string): Promise<string[]>;
  /** Has its handler begun? */
  began(runId: string): Promise<void>;
  close(): Promise<void>;
}

export async function openTestPlace(target: string): Promise<TestPlace> {
  const store = await testDatabase();
  const database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  const workspaceId = newId();
  await database.insertInto("workspaces").values({ id: workspaceId, name: "test" }).execute();
  await sql`CREATE TABLE written (run_id text, attempt integer, text text)`.execute(database);
  const place: TestPlace = {
    url: store.url,
    database,
    workspaceId,
    async submit(kind, job = {}) {
      const runId = newId();
      const asked = { runId, workspaceId, kind, target, spec: {}, runSeconds: 60, actor: serverActor, ...job };
      await transaction(database, (trx) => submitJob(trx, asked));
      return runId;
    },
    cancel: (runId, force = false) =>
      cancelJob(database, { workspaceId, runId, actor: serverActor, force }, noListener),
    read: (runId) => getJob(database, { workspaceId, runId }),
    async until(runId, isSo) {
      for (;;) {
        const job = await place.read(runId);
        if (isSo(job)) return job;
        await delay(20);
      }
    },
    ended: (runId) => place.until(runId, ({ endedAt }) => endedAt !== null),
    running: (runId) => place.until(runId, ({ state }) => state === "RUNNING"),
    async written(runId) {
      const { rows } = await sql<{ attempt: number; text: string }>`
        SELECT attempt, text FROM written WHERE run_id = ${runId} ORDER BY attempt`.execute(database);
      return rows.map(({ attempt, text }) => `${attempt} ${text}`);
    },
    async began(runId) {
      while ((await place.written(runId)).length === 0) await delay(20);
    },
    async close() {
      await database.destroy();
      await store.drop();
    },
  };
  return place;
}
