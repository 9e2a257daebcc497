/** Replicas whose supervisor has died: they answer until others listen, then they are told to end. */
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, signalProcess, type ProcessIdentity } from "./process-identity.ts";
import { drainTimeout } from "./timeouts.ts";

/** Milliseconds between two looks whether one has ended: no event tells of it. */
const lookEvery = 100;

/** Has them drain, and ends those that do not. Resolves when all are gone. */
export async function endOrphans(orphans: readonly ProcessIdentity[], patience = drainTimeout): Promise<void> {
  for (const orphan of orphans) signalProcess(orphan, "SIGTERM");
  const until = performance.now() + patience;
  while (orphans.some(isAlive)) {
    if (performance.now() > until) for (const orphan of orphans) signalProcess(orphan, "SIGKILL");
    await delay(lookEvery);
  }
}
