/**
 * The supervisor of an endpoint:
 * 1. It takes the lock of the folder; where another has it, it ends.
 * 2. It takes over the listening socket, or binds it.
 * 3. It starts replicas for config.json, or for the configuration that worked last where that one does not.
 * 4. Replicas that a supervisor before it left drain once its own listen.
 * 5. Until it is told to stop it keeps the replicas as they should be, and says how they are.
 */
import { flushCompileCache } from "node:module";
import { endpointFolder, readConfig, type EndpointConfig, type EndpointFolder } from "../config/index.ts";
import { readApplied } from "./applied-config.ts";
import { apply, begin, createApplying, type Applying } from "./apply.ts";
import { startControlServer, type ControlServer } from "./control-server.ts";
import { allReplicas, createFleet, stopFleet, type Fleet } from "./fleet.ts";
import { supervisorExit, type LaunchOptions } from "./launch.ts";
import { bindSocket, inheritedSocket, urlOf, type ListeningSocket } from "./listening-socket.ts";
import { acquireLock } from "./lock.ts";
import type { Problem } from "./messages.ts";
import { endOrphans } from "./orphans.ts";
import { isToldToStop, lockName } from "./presence.ts";
import { toProblem } from "./problem.ts";
import { isAlive, thisProcess, type ProcessIdentity } from "./process-identity.ts";
import { createProcessLog, type ProcessLog } from "./process-log.ts";
import { describeState } from "./state.ts";
import { livingReplicas, readSupervisorFile, writeSupervisorFile } from "./supervisor-file.ts";
import { startUpkeep } from "./upkeep.ts";

/** Milliseconds to wait for the lock: that of a supervisor which was killed is free at once. */
const lockPatience = 500;

interface Supervisor {
  readonly self: ProcessIdentity;
  readonly folder: EndpointFolder;
  readonly log: ProcessLog;
  readonly url: string;
  readonly startedAt: number;
  readonly socket: ListeningSocket;
  readonly fleet: Fleet;
  readonly applying: Applying;
  /** Left by the supervisor before. */
  orphans: readonly ProcessIdentity[];
  control: ControlServer | null;
  stopping: Promise<void> | null;
}

/** @returns the exit code, once it is at its end: supervisorExit */
export async function runSupervisor(options: LaunchOptions): Promise<number> {
  process.umask(0o077);
  const folder = endpointFolder(options.folder);
  const log = createProcessLog("supervisor");
  const lock = await acquireLock(folder.path, { name: lockName, patience: lockPatience });
  if (lock === null) return supervisorExit.notNeeded;
  try {
    if (isToldToStop(folder.path)) return supervisorExit.notNeeded;
    const orphans = livingReplicas(readSupervisorFile(folder));
    // They have the socket, and start a supervisor with it.
    if (orphans.length > 0 && options.fd === null) return supervisorExit.notNeeded;
    await supervise(await open(folder, options, orphans, log));
    return supervisorExit.stopped;
  } catch (error) {
    log.error({ err: error }, "the supervisor cannot go on");
    announceFailure(folder, toProblem(error));
    return supervisorExit.failed;
  } finally {
    lock.release();
  }
}

async function open(
  folder: EndpointFolder,
  { replicaEntry, fd }: LaunchOptions,
  orphans: readonly ProcessIdentity[],
  log: ProcessLog,
): Promise<Supervisor> {
  const { host, port } = await someConfig(folder);
  const socket = fd === null ? await bindSocket(host, port) : inheritedSocket(fd);
  const generation = readSupervisorFile(folder)?.generation ?? 0;
  const fleet = createFleet(
    { folder: folder.path, entry: replicaEntry, fd: socket.fd, log, onChange: () => announce(supervisor) },
    generation,
  );
  const supervisor: Supervisor = {
    self: thisProcess(),
    folder,
    log,
    url: urlOf(host, port),
    startedAt: Date.now(),
    socket,
    fleet,
    applying: createApplying(folder, fleet, () => void relieve(supervisor)),
    orphans,
    control: null,
    stopping: null,
  };
  return supervisor;
}

/** For the address, which is the same in both. */
async function someConfig(folder: EndpointFolder): Promise<EndpointConfig> {
  try {
    return await readConfig(folder);
  } catch (error) {
    const applied = await readApplied(folder);
    if (applied === null) throw error;
    return applied;
  }
}

/** Resolves when it has been told to stop and all is ended. */
async function supervise(supervisor: Supervisor): Promise<void> {
  const { folder, fleet, applying, log } = supervisor;
  const { promise: end, resolve: endNow } = Promise.withResolvers<void>();
  const stopNow = (): Promise<void> => (supervisor.stopping ??= stop(supervisor));
  process.on("SIGTERM", () => void stopNow().then(endNow));
  const endUpkeep = startUpkeep(fleet, folder.processLog);
  const started = begin(applying);
  supervisor.control = await startControlServer(folder.path, {
    state: () => describe(supervisor),
    started: () => started,
    apply: () => apply(applying),
    stop: stopNow,
    stopped: endNow,
  });
  announce(supervisor);
  log.info({ url: supervisor.url, orphans: supervisor.orphans.length }, "the supervisor is there");
  await started;
  // Node writes it when a process ends; this one may live for months.
  flushCompileCache();
  await end;
  endUpkeep();
  supervisor.control.close();
}

/** Once our own replicas listen, those of the supervisor before may go. */
async function relieve(supervisor: Supervisor): Promise<void> {
  if (supervisor.orphans.length === 0) return;
  await endOrphans(supervisor.orphans);
  supervisor.orphans = [];
  announce(supervisor);
}

async function stop(supervisor: Supervisor): Promise<void> {
  const { fleet, applying, socket, orphans, log } = supervisor;
  log.info({}, "the endpoint stops");
  if (applying.retryTimer !== null) clearTimeout(applying.retryTimer);
  // Nobody waits in a queue that is never looked at: connections are refused as soon as the last replica closes it.
  socket.close();
  await Promise.all([stopFleet(fleet), endOrphans(orphans)]);
  supervisor.orphans = [];
  announce(supervisor);
}

function describe(supervisor: Supervisor): ReturnType<typeof describeState> {
  const { fleet, applying, url, startedAt, stopping, orphans } = supervisor;
  return describeState({ fleet, refused: applying.refused, url, startedAt, stopping: stopping !== null, orphans });
}

/** Says in supervisor.json who supervises and who answers: before a replica listens it stands there. */
function announce({ self, folder, log, url, startedAt, fleet, orphans, control }: Supervisor): void {
  const replicas = [...allReplicas(fleet).map(({ identity }) => identity), ...orphans.filter(isAlive)];
  try {
    writeSupervisorFile(folder, {
      ...self,
      format: 1,
      socket: control?.socket ?? null,
      url,
      startedAt,
      generation: fleet.generation,
      replicas,
      problem: null,
    });
  } catch (error) {
    // A full disk, or the folder is being removed: the endpoint goes on.
    log.error({ err: error }, "supervisor.json cannot be written");
  }
}

/** For whoever started this process and waits; what is known of replicas stays. */
function announceFailure(folder: EndpointFolder, problem: Problem): void {
  const before = readSupervisorFile(folder);
  writeSupervisorFile(folder, {
    ...thisProcess(),
    format: 1,
    socket: null,
    url: before?.url ?? "",
    startedAt: Date.now(),
    generation: before?.generation ?? 0,
    replicas: before?.replicas ?? [],
    problem,
  });
}
