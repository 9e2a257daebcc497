import { SlipwayError } from "../../base/index.ts";
import type { Backend, RowsToScore, ScoredRows } from "../backends/index.ts";

/**
 * Scores until the signal says that it is over: a model that does not heed it is not waited for.
 * @throws what the model throws, the signal's reason
 */
export function scoreUntil(backend: Backend, rows: RowsToScore, signal: AbortSignal): Promise<ScoredRows> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    Promise.resolve(backend.score({ ...rows, signal })).then(resolve, reject);
  });
}

/** In Azure ML's words. */
export function scoringTimeout(milliseconds: number): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_TIMEOUT", `Scoring timeout after ${milliseconds} ms`);
}
