/** Sends one request again and again over connections that stay open, and measures the answers. */
import type { Agent, IncomingMessage } from "node:http";

// Taken so since an import of it loads fetch and all it needs, 20 ms of every start.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule("node:http");

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly requests: number;
  /** Requests that are on their way at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Called about ten times a second. */
  readonly onProgress: (done: number) => void;
}

export interface LoadResult {
  /** Of the answered requests, ascending. */
  readonly milliseconds: Float64Array;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Requests without an answer, or with one that is no success. */
  readonly failed: number;
  /** Answers by their status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of all answers' bodies. */
  readonly bytes: number;
  /** Of the first answer's body. */
  readonly answerBytes: number;
}

export async function runLoad(load: Load): Promise<LoadResult> {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: load.concurrency });
  const times = new Float64Array(load.requests);
  const tally = { started: 0, answered: 0, broken: 0, refused: 0, bytes: 0, answerBytes: -1 };
  const statuses: Record<string, number> = {};
  const progress = setInterval(() => load.onProgress(tally.answered + tally.broken), 100);
  const one = async (): Promise<void> => {
    while (tally.started < load.requests && !load.signal.aborted) {
      tally.started++;
      const start = performance.now();
      const answer = await send(load, agent).catch(() => null);
      if (answer === null) {
        tally.broken++;
        continue;
      }
      times[tally.answered++] = performance.now() - start;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      tally.bytes += answer.bytes;
      if (tally.answerBytes < 0) tally.answerBytes = answer.bytes;
      if (answer.status >= 300) tally.refused++;
    }
  };
  const start = performance.now();
  try {
    await Promise.all(Array.from({ length: load.concurrency }, one));
  } finally {
    clearInterval(progress);
    agent.destroy();
  }
  const seconds = (performance.now() - start) / 1000;
  load.signal.throwIfAborted();
  const milliseconds = times.subarray(0, tally.answered).sort();
  const { broken, refused, bytes, answerBytes } = tally;
  return { milliseconds, seconds, failed: broken + refused, statuses, bytes, answerBytes: Math.max(0, answerBytes) };
}

function send({ url, headers, body }: Load, agent: Agent): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const options = { method: "POST", agent, headers: { ...headers, "content-length": length } };
    const request = httpRequest(url, options, (response: IncomingMessage) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, bytes }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}
