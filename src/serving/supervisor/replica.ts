/** A replica, from the side of its supervisor. */
import { fork } from "node:child_process";
import { newId } from "../../base/index.ts";
import type { EndpointConfig } from "../config/index.ts";
import { listeningFd, type FromReplica, type Problem, type ReplicaLoad } from "./messages.ts";
import { identityOf, type ProcessIdentity } from "./process-identity.ts";
import { openChannel, replicaProblem, type ReplicaEnd } from "./replica-channel.ts";
import { configureTimeout, drainTimeout, startTimeout } from "./timeouts.ts";

/**
 * starting: opens its models. ready: has them and does not accept yet. listening: accepts. draining: accepts no more.
 * ended: its process is gone.
 */
export type ReplicaPhase = "starting" | "ready" | "listening" | "draining" | "ended";

export interface ReplicaStatus {
  readonly phase: ReplicaPhase;
  readonly load: ReplicaLoad & { readonly memoryBytes: number };
  /** performance.now() of the last sign of life. */
  readonly heardAt: number;
  /** performance.now() of "listening"; null before. */
  readonly listeningSince: number | null;
  readonly warmUpMs: number | null;
}

export interface ReplicaProcess {
  readonly identity: ProcessIdentity;
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Now: it changes. */
  readonly status: ReplicaStatus;
  /** Resolves when it can listen. @throws ReplicaProblem */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, or could not be started. */
  readonly ended: Promise<ReplicaEnd>;
  /** @throws ReplicaProblem */
  listen(): Promise<void>;
  /** @throws ReplicaProblem */
  configure(config: EndpointConfig): Promise<void>;
  /** @param idle milliseconds for which idle connections may be used once more */
  drain(idle: number): void;
  /** Ends it at once. */
  kill(reason: Problem): void;
}

export interface ReplicaOptions {
  /** Path of the module that calls runReplica. */
  readonly entry: string;
  readonly folder: string;
  readonly config: EndpointConfig;
  readonly generation: number;
  /** Of the listening socket. */
  readonly fd: number;
  /** Called after each change of the phase. */
  readonly onChange: (replica: ReplicaProcess) => void;
}

/** Milliseconds that a replica has to end by itself after the time to drain. */
const grace = 2_000;

/**
 * Not the supervisor's own, which make its heap small. What a request needs is short-lived: a larger young generation
 * only takes memory, and waking threads to look through it takes a seventh of a request's time. The old generation has no
 * cap: what a large request needs is there for as long as it takes. What answers a request is many small functions: that
 * more of them become one saves a twentieth of its time.
 */
const nodeFlags = ["--max-semi-space-size=4", "--no-parallel-scavenge", "--max-inlined-bytecode-size-cumulative=2000"];

export function startReplica({ entry, folder, config, generation, fd, onChange }: ReplicaOptions): ReplicaProcess {
  const child = fork(entry, [], {
    cwd: "/",
    execArgv: nodeFlags,
    stdio: ["ignore", "inherit", "inherit", "ipc", fd],
  });
  const channel = openChannel(child);
  const status = newStatus();
  const enter = (phase: ReplicaPhase): void => {
    if (status.phase === phase || status.phase === "ended") return;
    status.phase = phase;
    if (phase === "draining") endInTime();
    onChange(replica);
  };
  const endInTime = (): void => {
    const timer = setTimeout(() => channel.kill(replicaProblem("It did not end in time.")), drainTimeout + grace);
    void channel.ended.then(() => clearTimeout(timer));
  };
  child.on("message", (message: FromReplica) => {
    hear(status, message);
    if (message.type === "draining") enter("draining");
  });
  void channel.ended.then(() => enter("ended"));
  const pid = child.pid ?? -1;
  const replica: ReplicaProcess = {
    identity: identityOf(pid) ?? { pid, processStart: "" },
    generation,
    startedAt: Date.now(),
    status,
    ready: channel
      .ask({ type: "start", folder, config, generation, writer: newId() }, "ready", startTimeout)
      .then(() => enter("ready")),
    ended: channel.ended,
    async listen() {
      await channel.ask({ type: "listen", fd: listeningFd }, "listening", configureTimeout);
      status.listeningSince = performance.now();
      enter("listening");
    },
    configure: (next) => channel.ask({ type: "configure", config: next }, "configured", configureTimeout),
    drain(idle) {
      channel.send({ type: "drain", idle });
      enter("draining");
    },
    kill: channel.kill,
  };
  // Its failure is told to whoever waits for it; that nobody does is no failure of the supervisor.
  replica.ready.catch(() => {});
  return replica;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function newStatus(): Mutable<ReplicaStatus> {
  return {
    phase: "starting",
    load: { inFlight: 0, busyShare: 0, pids: [], memoryBytes: 0 },
    heardAt: performance.now(),
    listeningSince: null,
    warmUpMs: null,
  };
}

function hear(status: Mutable<ReplicaStatus>, message: FromReplica): void {
  status.heardAt = performance.now();
  if (message.type === "load") status.load = message;
  if (message.type === "ready") status.warmUpMs = message.warmUpMs;
}
