import { sql, type Transaction } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, silentLog } from "../../base/index.ts";
import { localTarget } from "../../compute/index.ts";
import { openDatabase, transaction, type Database, type Tables } from "../../store/index.ts";
import { advance } from "./advance.ts";
import { command, openTestPipelines, type TestPipelines } from "./test-pipelines.ts";

let pipelines: TestPipelines;
/** Connections of their own: counts of what was done on one before may not have gone from it. */
let advancing: Database;
let claiming: Database;
const runIds: string[] = [];
const worker = newId();

beforeAll(async () => {
  pipelines = await openTestPipelines();
  const { database, url } = pipelines;
  const one = { url, applicationName: "test", connections: 1, log: silentLog };
  advancing = openDatabase({ ...one, byKeys: true });
  claiming = openDatabase(one);
  const steps = { first: command("emit a=1"), second: command("emit b=1", { needs: ["first"] }) };
  for (let i = 0; i < 20; i++) runIds.push(await pipelines.submit(steps));
  await database
    .insertInto("workers")
    .values({
      id: worker,
      target: localTarget,
      pool_id: "pool",
      cores: 4,
      host: "here",
      pid: 1,
      process_start: "1",
      memory_limit_bytes: 2 ** 30,
    })
    .execute();
  // Now PostgreSQL knows that the tables are small: each would be read from its beginning to its end at less cost.
  await sql`ANALYZE`.execute(database);
});

afterAll(async () => {
  await advancing.destroy();
  await claiming.destroy();
  await pipelines.close();
});

/** Tables that the transaction has read whole, and indexes that it has read though they do not lead to a row. */
async function readWhole(trx: Transaction<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_stat_xact_user_tables
      WHERE seq_scan > 0 AND relname IN ('runs', 'jobs', 'pipeline_runs', 'pipeline_steps')
    UNION ALL
    SELECT indexrelname FROM pg_stat_user_indexes
      WHERE indexrelname IN ('pipeline_runs_open', 'jobs_deadline', 'runs_kind', 'runs_workspace')
        AND pg_stat_get_xact_numscans(indexrelid) > 0`.execute(trx);
  return rows.map(({ name }) => name);
}

// Of a statement that is sent again and again, PostgreSQL takes five plans for the values and then one for all.
const rounds = 8;

test("a step is queued, begins and ends by the keys of its rows alone", async () => {
  for (let round = 0; round < rounds; round++) {
    const queued = await transaction(advancing, async (trx) => {
      const advanced = await advance(trx, runIds.slice(2 * round, 2 * round + 2));
      expect(advanced.size).toBe(2);
      return readWhole(trx);
    });
    expect(queued, `advanced, round ${round}`).toEqual([]);
  }
  for (let round = 0; round < rounds; round++) {
    const whole = await transaction(claiming, async (trx) => {
      const { rows } = await sql<{ ended: object }>`
        SELECT keep_job_run(claimed), to_jsonb(claimed) || '{"state": "FINISHED"}' AS ended
        FROM claim_job(${worker}, ${localTarget}, 'pool', 1000, ${2 ** 40}, '{}', NULL, '{}', 60) AS claimed`.execute(
        trx,
      );
      expect(rows).toHaveLength(1);
      const ended = JSON.stringify(rows[0]?.ended);
      await sql`SELECT keep_job_run(jsonb_populate_record(NULL::jobs, ${ended}::jsonb))`.execute(trx);
      return readWhole(trx);
    });
    expect(whole, `begun and ended, round ${round}`).toEqual([]);
  }
});
