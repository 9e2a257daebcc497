/** Waits for runs by the server's events, never by time. */
import type { Client, PipelineRun } from "../../src/contract/index.ts";

/** Follows a run's events from `after` on until it has ended. */
export async function awaitRun(client: Client, run: string, after: string): Promise<void> {
  const stop = new AbortController();
  const query = { after, subject: `run/${run}`, types: ["run.updated"] };
  try {
    for await (const { data } of await client.streamEvents({ query }, { signal: stop.signal }))
      if (["FINISHED", "FAILED", "KILLED"].includes(String(data.data["status"]))) return;
  } finally {
    stop.abort();
  }
}

/** Looks at a pipeline's run again with each event about it, until it is as wanted. */
export async function awaitPipelineRun(
  client: Client,
  run: string,
  wanted: (run: PipelineRun) => boolean,
): Promise<PipelineRun> {
  const stop = new AbortController();
  try {
    const events = await client.streamEvents({ query: { subject: `run/${run}` } }, { signal: stop.signal });
    const first = await client.getPipelineRun({ run });
    if (wanted(first)) return first;
    for await (const _ of events) {
      const now = await client.getPipelineRun({ run });
      if (wanted(now)) return now;
    }
  } finally {
    stop.abort();
  }
  throw new Error(`The events of run ${run} ended before it was as wanted.`);
}
