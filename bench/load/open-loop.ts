import { createConnection, type Connection, type Target } from "./connection.ts";
import { createTally, type LoadResult } from "./tally.ts";

export interface OpenLoop {
  /** What came back since the start or the last time. */
  take(): LoadResult;
  /** Sends nothing more, waits for what is under way, and gives the rest. */
  stop(): Promise<LoadResult>;
}

/** More waiting requests than that are failures of their own: the target is far behind. */
const mostConnections = 1_000;

/**
 * Sends a request every 1/`rate` seconds, however long the answers take; latencies count from the moment at which the
 * request was due, so that a target that stands still does not hide those that would have come meanwhile.
 * @param answers the bodies that the requests must be answered with; undefined for any
 */
export function openLoop(
  target: Target,
  requests: readonly Buffer[],
  answers: readonly Buffer[] | undefined,
  rate: number,
): OpenLoop {
  const tally = createTally();
  const idle: Connection[] = [];
  const start = performance.now();
  let sent = 0;
  let underWay = 0;
  let stopped: (() => void) | null = null;
  const send = (): void => {
    const due = start + (sent * 1000) / rate;
    const which = sent++ % requests.length;
    if (underWay >= mostConnections) {
      tally.add({ status: null, error: `${mostConnections} requests wait already` }, due, undefined);
      return;
    }
    const connection = idle.pop() ?? createConnection(target);
    underWay++;
    connection.send(requests[which] as Buffer, (outcome) => {
      underWay--;
      tally.add(outcome, due, answers?.[which]);
      idle.push(connection);
      if (underWay === 0) stopped?.();
    });
  };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) * rate) / 1000) + 1;
    for (let i = due - sent; i > 0; i--) send();
  }, 1);
  return {
    take: () => tally.take(),
    async stop() {
      clearInterval(timer);
      if (underWay > 0) await new Promise<void>((resolve) => void (stopped = resolve));
      for (const connection of idle) connection.close();
      return tally.take();
    },
  };
}
