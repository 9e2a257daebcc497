/**
 * Durable workflows on PostgreSQL (DBOS Transact), from the side of who asks for them. A server has a client and
 * executes nothing itself.
 */
import { sql } from "kysely";
import type { Log } from "../../base/index.ts";
import type { Queryable } from "../database.ts";
import { applicationName, applicationVersion, durableSchema, silenceDeprecations, toDurableLog } from "./settings.ts";

export interface Enqueued {
  /** Enqueued twice under one id it is there once. */
  readonly id: string;
  /** Name under which executors have registered it. */
  readonly workflow: string;
  readonly queue: string;
  /** JSON. */
  readonly input: unknown;
}

export interface DurableClient {
  /** Returns when the workflow is stored: it is then executed, whatever dies in between. */
  enqueue(workflow: Enqueued): Promise<void>;
  /** What has not begun never begins; what runs is told, and goes on until it looks. */
  cancel(ids: readonly string[]): Promise<void>;
  /**
   * Gives the unfinished workflows of an executor that is dead to others, and says which. Of one that lives it would
   * run them twice.
   */
  recover(executorId: string): Promise<string[]>;
  /**
   * Removes what has ended and was enqueued before, with its steps.
   * @returns how many workflows went
   */
  forget(before: Date, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

export interface DurableClientOptions {
  /** postgresql:// */
  readonly url: string;
  readonly log: Log;
  /** Connections at most. */
  readonly connections: number;
}

const endedStatuses = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"] as const;
const forgetBatch = 500;

/** Are there workflows that ended and were enqueued before? Asked of the tables, which are not there before the first launch. */
export async function hasEndedWorkflows(database: Queryable, before: Date): Promise<boolean> {
  const table = `${durableSchema}.workflow_status`;
  const { rows } = await sql<{ there: boolean }>`SELECT to_regclass(${table}) IS NOT NULL AS there`.execute(database);
  if (rows[0]?.there !== true) return false;
  const found = await sql`
    SELECT 1 FROM ${sql.table(table)}
    WHERE status IN (${sql.join(endedStatuses)}) AND created_at < ${before.getTime()} LIMIT 1`.execute(database);
  return found.rows.length > 0;
}

/**
 * The tables of the durable queue are made, and brought up to date, by the launch of an executor: before the first one
 * all calls fail.
 */
export async function openDurableClient({ url, log, connections }: DurableClientOptions): Promise<DurableClient> {
  silenceDeprecations();
  const { DBOSClient } = await import("@dbos-inc/dbos-sdk");
  const client = await DBOSClient.create({
    systemDatabaseUrl: url,
    systemDatabaseSchemaName: durableSchema,
    systemDatabasePoolSize: connections,
    applicationName,
    logger: toDurableLog(log),
  });
  return {
    async enqueue({ id, workflow, queue, input }) {
      await client.enqueue(
        { workflowID: id, workflowName: workflow, queueName: queue, appVersion: applicationVersion },
        input,
      );
    },
    async cancel(ids) {
      if (ids.length > 0) await client.cancelWorkflows([...ids]);
    },
    async recover(executorId) {
      const left = await client.listWorkflows({ status: "PENDING", executorId, loadInput: false, loadOutput: false });
      for (const [queueName, workflows] of Map.groupBy(left, (workflow) => workflow.queueName)) {
        const ids = workflows.map(({ workflowID }) => workflowID);
        await client.resumeWorkflows(ids, queueName === undefined ? {} : { queueName });
      }
      return left.map(({ workflowID }) => workflowID);
    },
    async forget(before, signal) {
      const ended = { status: [...endedStatuses], endTime: before.toISOString(), loadInput: false, loadOutput: false };
      let removed = 0;
      for (;;) {
        signal.throwIfAborted();
        const found = await client.listWorkflows({ ...ended, limit: forgetBatch });
        await client.deleteWorkflows(found.map(({ workflowID }) => workflowID));
        removed += found.length;
        if (found.length < forgetBatch) return removed;
      }
    },
    close: () => client.destroy(),
  };
}
