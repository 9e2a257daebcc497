/** What a supervisor and its replicas say to each other over the channel between them. */
import type { EndpointConfig } from "../config/index.ts";

/** An error of the table, as data. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export interface ReplicaStart {
  /** The endpoint's folder, absolute. */
  readonly folder: string;
  /** Taken from here and not from the file, which may hold a later one that turned out not to work. */
  readonly config: EndpointConfig;
  /** Rises with every set of replicas that replaces the one before. */
  readonly generation: number;
  /** Stem of the names of the files that only this replica writes; never used before. */
  readonly writer: string;
}

export interface ReplicaLoad {
  /** Requests that it works on or keeps waiting. */
  readonly inFlight: number;
  /** Share of the last second that its thread was busy: 0 to 1. */
  readonly busyShare: number;
  /** Of its Python processes. */
  readonly pids: readonly number[];
}

export type ToReplica =
  /** Open the models and warm up. Answered by "ready" or "failed". */
  | ({ readonly type: "start" } & ReplicaStart)
  /** Accept connections of the listening socket with this descriptor, which the replica has had from its start. */
  | { readonly type: "listen"; readonly fd: number }
  /** Go on with this configuration: the models are the same. Answered by "configured" or "failed". */
  | { readonly type: "configure"; readonly config: EndpointConfig }
  /** Accept no more connections, answer what is there, end. Idle connections may be used once more for `idle` ms. */
  | { readonly type: "drain"; readonly idle: number };

export type FromReplica =
  | { readonly type: "ready"; readonly warmUpMs: number }
  | { readonly type: "listening" }
  | { readonly type: "failed"; readonly problem: Problem }
  | { readonly type: "configured"; readonly revision: number }
  /** It has been told to end, by the supervisor or by a signal. */
  | { readonly type: "draining" }
  /** Once a second: a replica that is silent for long is taken to hang. */
  | ({ readonly type: "load"; readonly memoryBytes: number } & ReplicaLoad);

/** Where a replica finds the listening socket among its descriptors: 0 to 2 are standard, 3 is the channel. */
export const listeningFd = 4;
