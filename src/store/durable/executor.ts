/** Durable workflows on PostgreSQL (DBOS Transact), from the side of who executes them: one executor a process. */
import type { Log } from "../../base/index.ts";
import { applicationName, applicationVersion, durableSchema, silenceDeprecations, toDurableLog } from "./settings.ts";

/** Steps of a workflow are to be idempotent: after a death they are executed again. */
export type Workflow = (input: unknown) => Promise<void>;

export interface ExecutorOptions {
  /** postgresql:// */
  readonly url: string;
  /** Unique to the process: what a dead one leaves is taken over by its name. */
  readonly executorId: string;
  readonly queue: string;
  /** Workflows at a time. */
  readonly concurrency: number;
  /** By the name that they are enqueued under. */
  readonly workflows: Readonly<Record<string, Workflow>>;
  readonly log: Log;
}

export interface Executor {
  /** Takes no further workflow, and waits at most so many milliseconds for those that run. */
  close(milliseconds: number): Promise<void>;
}

/** Milliseconds between two looks at the queue. */
const pollMilliseconds = 200;

/** Makes the tables of the durable queue or brings them up to date; several processes may do so at once. */
export async function launchExecutor(options: ExecutorOptions): Promise<Executor> {
  silenceDeprecations();
  const { DBOS } = await import("@dbos-inc/dbos-sdk");
  DBOS.setConfig({
    name: applicationName,
    systemDatabaseUrl: options.url,
    systemDatabaseSchemaName: durableSchema,
    systemDatabasePoolSize: 4,
    applicationVersion,
    executorID: options.executorId,
    listenQueues: [options.queue],
    logger: toDurableLog(options.log),
  });
  for (const [name, workflow] of Object.entries(options.workflows)) DBOS.registerWorkflow(workflow, { name });
  await DBOS.launch();
  await DBOS.registerQueue(options.queue, {
    workerConcurrency: options.concurrency,
    minPollingIntervalMs: pollMilliseconds,
    onConflict: "always_update",
  });
  return {
    close: (milliseconds) => DBOS.shutdown({ workflowCompletionTimeoutMS: milliseconds }),
  };
}
