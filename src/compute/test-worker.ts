/** A worker for tests. Its jobs do what their spec says, and write the table `written` under the fence. */
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { sql } from "kysely";
import { runWorker, type JobContext, type JobResult } from "./index.ts";

const finished: JobResult = { state: "FINISHED", reason: null };

async function write({ job, hold }: JobContext, text: string): Promise<void> {
  await hold((trx) => sql`INSERT INTO written VALUES (${job.runId}, ${job.attempt}, ${text})`.execute(trx));
}

await runWorker(() =>
  Promise.resolve({
    handlers: {
      write: async (context) => {
        await write(context, "done");
        return finished;
      },
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
      /** Writes when a file says so, as somebody who was away for a while. */
      late: async (context) => {
        await write(context, "began");
        const file = String(context.job.spec["file"]);
        while (readFileSync(file, "utf8") === "") await new Promise((resolve) => setTimeout(resolve, 20));
        await write(context, "late");
        return finished;
      },
    },
    listener: () => Promise.resolve(),
    extentOf: () => "12 rows x 3 columns",
  }),
);
