/** What a replica does when its supervisor has died: it goes on, and sees to it that there is another. */
import { setTimeout as delay } from "node:timers/promises";
import { endpointFolder } from "../config/index.ts";
import { launchSupervisor } from "./launch.ts";
import { isAlive } from "./process-identity.ts";
import { createProcessLog } from "./process-log.ts";
import { readSupervisorFile } from "./supervisor-file.ts";

export interface Orphan {
  readonly folder: string;
  /** Descriptor of the listening socket. */
  readonly fd: number;
  /** Whether this replica is at its end: the new supervisor has replicas of its own. */
  readonly isOver: () => boolean;
}

/** Milliseconds between two looks whether there is a supervisor. */
const lookEvery = 250;
/** Milliseconds between two starts; twice as long after each that was followed by no living supervisor. */
const firstPause = 1_000;
const longestPause = 30_000;
/** Milliseconds by which replicas start one at different times: all of them may, and one is enough. */
const spread = 100;

/** Resolves when the replica is at its end. */
export async function seeToSuccession({ folder, fd, isOver }: Orphan): Promise<void> {
  const log = createProcessLog("replica");
  const replicaEntry = process.argv[1] as string;
  let pause = firstPause;
  let startAt = performance.now() + rankOf(folder) * spread;
  while (!isOver()) {
    if (supervisorLives(folder)) {
      pause = firstPause;
    } else if (performance.now() >= startAt) {
      startAt = performance.now() + pause;
      pause = Math.min(longestPause, 2 * pause);
      try {
        const child = launchSupervisor({ folder, replicaEntry, fd });
        child.on("error", (error) => log.error({ err: error }, "a replica cannot start a supervisor"));
        log.info({ supervisor: child.pid }, "a replica starts a supervisor");
      } catch (error) {
        log.error({ err: error }, "a replica cannot start a supervisor");
      }
    }
    await delay(Math.min(lookEvery, Math.max(1, startAt - performance.now())));
  }
}

function supervisorLives(folder: string): boolean {
  const file = readSupervisorFile(endpointFolder(folder));
  return file !== null && file.problem === null && isAlive(file);
}

/** Where this replica stands among those that are alive. */
function rankOf(folder: string): number {
  const replicas = readSupervisorFile(endpointFolder(folder))?.replicas.filter(isAlive) ?? [];
  return Math.max(
    0,
    replicas.findIndex(({ pid }) => pid === process.pid),
  );
}
