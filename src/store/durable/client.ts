/**
 * Durable workflows on PostgreSQL (DBOS Transact), from the side of who asks for them. A server has a client and
 * executes nothing itself.
 */
import type { Log } from "../../base/index.ts";
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
  close(): Promise<void>;
}

export interface DurableClientOptions {
  /** postgresql:// */
  readonly url: string;
  readonly log: Log;
  /** Connections at most. */
  readonly connections: number;
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
    close: () => client.destroy(),
  };
}
