/** What a supervisor says of its endpoint. */
import type { Problem } from "./messages.ts";
import type { CpuCapState } from "./cpu-cap.ts";
import { isAlive, useOf, type ProcessIdentity, type ProcessUse } from "./process-identity.ts";
import type { ReplicaProcess } from "./replica.ts";
import { allReplicas, fleetProblem, listeningReplicas, type Fleet } from "./fleet.ts";

export interface ProcessState {
  /** starting: no replica answers yet. running: at least one does. stopping: it ends. */
  readonly phase: "starting" | "running" | "stopping";
  /** http://127.0.0.1:20000. */
  readonly url: string;
  /** Of the configuration that its replicas run; null before the first is ready. */
  readonly appliedRevision: number | null;
  /** What is not as it should be: a configuration that was refused, replicas that die. */
  readonly problem: Problem | null;
  /** Replicas that there should be now. */
  readonly wantedReplicas: number;
  /** Replicas that accept connections. */
  readonly listeningReplicas: number;
  /** Replicas that took the place of one that died, since the supervisor started. */
  readonly restarts: number;
  /** Of settings.cpuCores; null where no cap is set. */
  readonly cpuCap: CpuCapState | null;
  /** The supervisor first. */
  readonly processes: readonly EndpointProcess[];
}

export interface EndpointProcess extends ProcessUse {
  readonly pid: number;
  readonly role: "supervisor" | "replica" | "python";
  readonly state: "starting" | "ready" | "draining";
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Of a replica: requests that it works on or keeps waiting. */
  readonly inFlight: number | null;
  /** Of a replica: share of the last second that it was busy. */
  readonly busyShare: number | null;
}

export interface StateOf {
  readonly fleet: Fleet;
  readonly refused: Problem | null;
  readonly url: string;
  readonly startedAt: number;
  readonly stopping: boolean;
  /** Replicas of a supervisor before this one. */
  readonly orphans: readonly ProcessIdentity[];
}

export function describeState({ fleet, refused, url, startedAt, stopping, orphans }: StateOf): ProcessState {
  const listening = listeningReplicas(fleet).length;
  return {
    phase: stopping ? "stopping" : listening > 0 ? "running" : "starting",
    url,
    appliedRevision: fleet.config?.revision ?? null,
    problem: refused ?? fleetProblem(fleet),
    wantedReplicas: fleet.wanted,
    listeningReplicas: listening,
    restarts: fleet.restarts,
    cpuCap: fleet.cpuCap,
    processes: [
      describeProcess(process.pid, "supervisor", "ready", startedAt),
      ...allReplicas(fleet).flatMap((replica) => describeReplica(replica)),
      // When they were started nobody remembers.
      ...orphans.filter(isAlive).map(({ pid }) => describeProcess(pid, "replica", "draining", startedAt)),
    ],
  };
}

function describeProcess(
  pid: number,
  role: EndpointProcess["role"],
  state: EndpointProcess["state"],
  startedAt: number,
): EndpointProcess {
  return { pid, role, state, startedAt, inFlight: null, busyShare: null, ...useOf(pid) };
}

function describeReplica({ identity: { pid }, status, startedAt }: ReplicaProcess): EndpointProcess[] {
  const { inFlight, busyShare, pids, memoryBytes } = status.load;
  const states = {
    starting: "starting",
    ready: "starting",
    listening: "ready",
    draining: "draining",
    ended: "draining",
  } as const;
  const state = states[status.phase];
  const own = describeProcess(pid, "replica", state, startedAt);
  return [
    { ...own, inFlight, busyShare, memoryBytes: own.memoryBytes ?? memoryBytes },
    ...pids.map((python) => describeProcess(python, "python", state, startedAt)),
  ];
}
