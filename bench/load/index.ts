/** Load on an HTTP server from a process of its own. */
import { fileURLToPath } from "node:url";
import { startContender } from "../harness/contender.ts";
import type { Target } from "./connection.ts";
import type { LoadResult } from "./tally.ts";

export type { Target } from "./connection.ts";
export type { LoadResult } from "./tally.ts";

/** Files: one body a line. */
export interface LoadRequest {
  readonly target: Target;
  readonly bodies: string;
  readonly concurrency: number;
  readonly seconds: number;
}

export interface OpenLoadRequest {
  readonly target: Target;
  readonly bodies: string;
  /** The body that each must be answered with; absent: any. */
  readonly answers?: string;
  /** Requests a second. */
  readonly rate: number;
}

export interface LoadGenerator {
  /** A fixed number of connections for a while: load/closed-loop.ts. */
  closed(request: LoadRequest): Promise<LoadResult>;
  /** A fixed rate until `stop`: load/open-loop.ts. */
  open(request: OpenLoadRequest): Promise<void>;
  /** What the open load got since the last time. */
  take(): Promise<LoadResult>;
  /** Ends the open load. */
  stop(): Promise<LoadResult>;
  /** Ends the process. */
  end(): Promise<void>;
}

export function startLoadGenerator(): LoadGenerator {
  const script = fileURLToPath(new URL("../contenders/load.ts", import.meta.url));
  const contender = startContender("load generator", process.execPath, [script]);
  return {
    closed: (request) => contender.ask({ do: "closed", ...request }),
    open: (request) => contender.ask({ do: "open", ...request }),
    take: () => contender.ask({ do: "take" }),
    stop: () => contender.ask({ do: "stop" }),
    end: () => contender.stop(),
  };
}
