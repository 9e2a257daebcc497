/**
 * The replicas of an endpoint. `current` are those that should be there, all with the same models; when one of them
 * dies, another takes its place. `next` is the generation that is to follow: it takes over when all of it listens, or
 * comes to nothing. `leaving` are those that another stands in for: they go on until it listens, then they drain.
 */
import type { EndpointConfig } from "../config/index.ts";
import { capCpu, type CpuCapState } from "./cpu-cap.ts";
import type { Problem } from "./messages.ts";
import type { ProcessLog } from "./process-log.ts";
import { endProblem, toReplicaProblem, type ReplicaEnd } from "./replica-channel.ts";
import { startReplica, type ReplicaProcess } from "./replica.ts";
import { idleAtStop, idleWhileDraining } from "./timeouts.ts";

export interface FleetOptions {
  readonly folder: string;
  /** Path of the module that calls runReplica. */
  readonly entry: string;
  /** Of the listening socket. */
  readonly fd: number;
  readonly log: ProcessLog;
  /** Called whenever a replica has been started, has ended or is in another phase. */
  readonly onChange: () => void;
}

export interface Fleet {
  readonly options: FleetOptions;
  readonly current: Set<ReplicaProcess>;
  readonly next: Set<ReplicaProcess>;
  readonly leaving: Set<ReplicaProcess>;
  /** What `current` runs; null before the first generation. */
  config: EndpointConfig | null;
  /** As many as `current` should be. */
  wanted: number;
  generation: number;
  /** Replicas that took the place of one that died. */
  restarts: number;
  /** Why the last one died; null once the one after it has lived for a while. */
  death: Problem | null;
  quickDeaths: number;
  /** performance.now() before which no replica is started in place of another. */
  startAgainAt: number;
  startTimer: NodeJS.Timeout | null;
  stopping: boolean;
  /** Of the replica started last; null where its configuration sets no cap. */
  cpuCap: CpuCapState | null;
  /** Called and forgotten at each change. */
  waiting: (() => void)[];
}

/** @param generation of the last replicas that the endpoint had */
export function createFleet(options: FleetOptions, generation: number): Fleet {
  return {
    options,
    current: new Set(),
    next: new Set(),
    leaving: new Set(),
    config: null,
    wanted: 1,
    generation,
    restarts: 0,
    death: null,
    quickDeaths: 0,
    startAgainAt: 0,
    startTimer: null,
    stopping: false,
    cpuCap: null,
    waiting: [],
  };
}

export function allReplicas({ current, next, leaving }: Fleet): ReplicaProcess[] {
  return [...current, ...next, ...leaving];
}

export const listeningReplicas = ({ current }: Fleet): ReplicaProcess[] =>
  [...current].filter(({ status }) => status.phase === "listening");

/** Starts one more in `current` or `next`. */
export function start(fleet: Fleet, config: EndpointConfig, into: Set<ReplicaProcess>): ReplicaProcess {
  const { folder, entry, fd } = fleet.options;
  const { generation } = fleet;
  const replica = startReplica({ entry, folder, config, generation, fd, onChange: (which) => changed(fleet, which) });
  into.add(replica);
  void replica.ended.then((end) => ended(fleet, replica, end));
  const { cpuCores } = config.settings;
  const cap = cpuCores === null ? null : capCpu(replica.identity.pid, cpuCores);
  fleet.cpuCap = cap === null ? null : cap.state;
  if (cap !== null) void replica.ended.then(() => cap.release());
  fleet.options.onChange();
  return replica;
}

function changed(fleet: Fleet, replica: ReplicaProcess): void {
  const { phase } = replica.status;
  if (phase === "draining" && fleet.current.delete(replica)) {
    // Somebody else told it to end.
    fleet.leaving.add(replica);
    reconcile(fleet);
  }
  if (phase === "listening") dismiss(fleet);
  tellChange(fleet);
}

function tellChange(fleet: Fleet): void {
  fleet.options.onChange();
  for (const resume of fleet.waiting.splice(0)) resume();
}

/** A replica that lived for less after it listened died of something that the next one will die of too. Milliseconds. */
const quickDeath = 3_000;
/** So many quick deaths in a row are followed by another start at once. */
export const freeStarts = 2;
/** Milliseconds before the next one; twice as long after each further quick death. */
const firstPause = 1_000;
const longestPause = 30_000;

function ended(fleet: Fleet, replica: ReplicaProcess, end: ReplicaEnd): void {
  const { pid } = replica.identity;
  fleet.next.delete(replica);
  const expected = fleet.leaving.delete(replica) || fleet.stopping;
  if (fleet.current.delete(replica) && !expected) {
    const reason = endProblem(end);
    fleet.options.log.warn({ replica: pid, code: end.code, signal: end.signal }, reason.message);
    fleet.restarts++;
    noteDeath(fleet, reason, replica.status.listeningSince);
    reconcile(fleet);
  }
  tellChange(fleet);
}

function noteDeath(fleet: Fleet, reason: Problem, listeningSince: number | null): void {
  fleet.death = reason;
  const now = performance.now();
  const quick = listeningSince === null || now - listeningSince < quickDeath;
  fleet.quickDeaths = quick ? fleet.quickDeaths + 1 : 0;
  const further = fleet.quickDeaths - freeStarts;
  fleet.startAgainAt = further > 0 ? now + Math.min(longestPause, firstPause * 2 ** (further - 1)) : now;
}

/** A replica that has lived for a while is no longer taken to die of its start. */
export function forgetDeaths(fleet: Fleet): void {
  const now = performance.now();
  const isOld = ({ status }: ReplicaProcess): boolean => now - (status.listeningSince ?? now) >= quickDeath;
  if (fleet.death === null || fleet.current.size < fleet.wanted || ![...fleet.current].every(isOld)) return;
  Object.assign(fleet, { death: null, quickDeaths: 0 });
}

/** Starts what is missing of `current`, and lets go what is too much. */
export function reconcile(fleet: Fleet): void {
  const { current, config, wanted } = fleet;
  if (fleet.stopping || config === null) return;
  if (current.size > wanted) letGo(fleet, current.size - wanted);
  if (current.size >= wanted || fleet.startTimer !== null) return;
  const pause = fleet.startAgainAt - performance.now();
  if (pause > 0) {
    fleet.startTimer = setTimeout(() => {
      fleet.startTimer = null;
      reconcile(fleet);
    }, pause);
    return;
  }
  while (current.size < wanted) startCurrent(fleet, config);
}

function startCurrent(fleet: Fleet, config: EndpointConfig): void {
  const replica = start(fleet, config, fleet.current);
  replica.ready
    .then(() => (fleet.current.has(replica) ? replica.listen() : undefined))
    .catch((error: unknown) => {
      if (!fleet.current.has(replica)) return;
      const { problem } = toReplicaProblem(error);
      fleet.options.log.error({ replica: replica.identity.pid, problem }, "a replica does not start");
      replica.kill(problem);
    });
}

function letGo(fleet: Fleet, surplus: number): void {
  // Those first that do not answer yet, then the youngest.
  const isListening = ({ status }: ReplicaProcess): number => Number(status.phase === "listening");
  const order = [...fleet.current].toReversed().toSorted((a, b) => isListening(a) - isListening(b));
  for (const replica of order.slice(0, surplus)) {
    fleet.current.delete(replica);
    fleet.leaving.add(replica);
  }
  dismiss(fleet);
}

/** Has another replica take the place of this one, which goes on until then. */
export function replace(fleet: Fleet, replica: ReplicaProcess): void {
  if (!fleet.current.delete(replica)) return;
  fleet.leaving.add(replica);
  reconcile(fleet);
}

/** Those that are leaving drain once there are enough others. */
export function dismiss(fleet: Fleet): void {
  const { leaving, wanted } = fleet;
  if (listeningReplicas(fleet).length < wanted) return;
  for (const replica of leaving) if (replica.status.phase !== "draining") replica.drain(idleWhileDraining);
}

/** Ends all replicas; resolves when they are gone. */
export async function stopFleet(fleet: Fleet): Promise<void> {
  fleet.stopping = true;
  if (fleet.startTimer !== null) clearTimeout(fleet.startTimer);
  const replicas = allReplicas(fleet);
  for (const replica of replicas) replica.drain(idleAtStop);
  await Promise.all(replicas.map(({ ended: end }) => end));
}

/** Why replicas are missing, or keep dying; null where all is well. */
export function fleetProblem(fleet: Fleet): Problem | null {
  const lives = listeningReplicas(fleet).length >= fleet.wanted && fleet.quickDeaths <= freeStarts;
  return lives ? null : fleet.death;
}
