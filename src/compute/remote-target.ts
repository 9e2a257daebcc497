/** The compute target "remote": workers that joined over HTTP. They come and go as they like: nothing starts them here. */
import type { Log } from "../base/index.ts";
import type { Database } from "../store/index.ts";
import { buryWorkers } from "./bury-workers.ts";
import { hostIdentity } from "./host.ts";
import { remoteTarget, type ComputeTarget } from "./target.ts";
import type { JobListener } from "./types.ts";
import { createSilenceWatch } from "./workers.ts";

export function createRemoteTarget(
  database: Database,
  { log, listener }: { readonly log: Log; readonly listener: JobListener },
): ComputeTarget {
  const burial = { target: remoteTarget, host: hostIdentity(), findSilent: createSilenceWatch(), log, listener };
  const own = new Map<string, never>();
  return {
    name: remoteTarget,
    kind: "remote",
    // They ask whichever server they like: none of them is in the care of this one.
    workers: [],
    find: () => undefined,
    wake: () => wakeRemote(database),
    scale: () => {},
    bury: () => buryWorkers(database, own, burial),
    close: () => {
      wakeRemote(database);
      return Promise.resolve();
    },
  };
}

/** Who waits for a job in this process, by the database that it waits on. */
const waiting = new WeakMap<Database, Set<() => void>>();

/** Something waits for remote workers: those who ask for a job in this process look again. */
export function wakeRemote(database: Database): void {
  for (const wake of waiting.get(database) ?? []) wake();
}

/** Resolves after a wake-up, or so many milliseconds, or when the signal is aborted. */
export function waitForWake(database: Database, milliseconds: number, signal: AbortSignal): Promise<void> {
  const wakes = waiting.get(database) ?? new Set();
  waiting.set(database, wakes);
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      wakes.delete(done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    wakes.add(done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
