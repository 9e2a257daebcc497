import { createConnection, type Target } from "./connection.ts";
import { createTally, type LoadResult } from "./tally.ts";

/**
 * As many connections as `concurrency`; each sends its next request as soon as it has the answer to its last, until
 * `seconds` are over. The requests are sent one after the other, over and over.
 */
export function closedLoop(
  target: Target,
  requests: readonly Buffer[],
  { concurrency, seconds }: { readonly concurrency: number; readonly seconds: number },
): Promise<LoadResult> {
  const tally = createTally();
  const end = performance.now() + seconds * 1000;
  let next = 0;
  const client = (): Promise<void> =>
    new Promise((resolve) => {
      const connection = createConnection(target);
      const send = (): void => {
        const began = performance.now();
        if (began >= end) {
          connection.close();
          resolve();
          return;
        }
        connection.send(requests[next++ % requests.length] as Buffer, (outcome) => {
          tally.add(outcome, began, undefined);
          // A target that refuses at once would otherwise be asked again without end in one turn.
          if (outcome.status === null) setImmediate(send);
          else send();
        });
      };
      send();
    });
  return Promise.all(Array.from({ length: concurrency }, client)).then(() => tally.take());
}
