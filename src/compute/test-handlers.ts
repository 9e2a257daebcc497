/** What workers of tests can do. Jobs do what their spec says, and write the table `written` under the fence. */
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { sql } from "kysely";
import type { JobContext, JobKinds, JobResult } from "./index.ts";

const finished: JobResult = { state: "FINISHED", reason: null };

async function write({ job, hold }: JobContext, text: string): Promise<void> {
  await hold((trx) => sql`INSERT INTO written VALUES (${job.runId}, ${job.attempt}, ${text})`.execute(trx));
}

export const handlers: JobKinds["handlers"] = {
  write: async (context) => {
    await write(context, "done");
    return { ...finished, result: { attempt: context.job.attempt } };
  },
  /** Says what a program of its own has used. */
  used: () =>
    Promise.resolve({
      ...finished,
      usage: { cpuSeconds: 1.5, peakMemory: 1024, exitCode: 0, exitSignal: null },
    }),
  /** Writes, then waits for its cancellation, and ends well. */
  wait: async (context) => {
    await write(context, "began");
    if (!context.signal.aborted) await once(context.signal, "abort");
    await write(context, "cancelled");
    return { state: "KILLED", reason: "cancelled, with what it had" };
  },
  /** Does not look at its signal. */
  stubborn: async (context) => {
    await write(context, "began");
    await new Promise(() => {});
    return finished;
  },
  /** Does not end in its first attempt. */
  stuck: async (context) => {
    await write(context, "began");
    if (context.job.attempt === 1) await new Promise(() => {});
    return { ...finished, result: { attempt: context.job.attempt } };
  },
  /** Ends its process in the first attempt. */
  die: async (context) => {
    await write(context, "began");
    if (context.job.attempt <= Number(context.job.spec["deaths"])) process.exit(3);
    return finished;
  },
  throw: () => Promise.reject(new Error("no such thing")),
  /** Takes memory outside of the heap until there is none. */
  leak: async (context) => {
    await write(context, "began");
    const taken: Buffer[] = [];
    for (;;) {
      taken.push(Buffer.alloc(2 ** 24, 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  /** Its first attempt writes when a file says so, as somebody who was away for a while. */
  late: async (context) => {
    const { spec, attempt } = context.job;
    await write(context, "began");
    const mayGoOn = (): boolean => attempt > 1 || readFileSync(String(spec["file"]), "utf8") !== "";
    while (!mayGoOn()) await new Promise((resolve) => setTimeout(resolve, 20));
    await write(context, attempt === 1 ? "late" : "done");
    return { ...finished, result: { attempt } };
  },
};
