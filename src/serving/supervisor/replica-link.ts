/**
 * The replica's side of its supervisor. The life of a replica:
 * 1. "start": models are opened and warmed up; then it says "ready", or "failed" and ends.
 * 2. "listen": it accepts connections of the socket that all replicas share.
 * 3. "configure": settings, keys and traffic change under open connections.
 * 4. "drain", or SIGTERM: it accepts no more, answers what it has, and ends.
 *
 * When the supervisor dies, a replica that listens goes on, and sees to it that there is another (succession.ts), which
 * replaces it. One that does not listen yet ends.
 */
import { flushCompileCache } from "node:module";
import type { EndpointConfig } from "../config/index.ts";
import { listeningFd, type FromReplica, type ReplicaLoad, type ReplicaStart, type ToReplica } from "./messages.ts";
import { toProblem } from "./problem.ts";
import { createProcessLog } from "./process-log.ts";
import { seeToSuccession } from "./succession.ts";
import { drainTimeout, idleWhileDraining } from "./timeouts.ts";

/** What a replica does for its supervisor. */
export interface ReplicaService {
  /** Milliseconds of the first answers, before anybody waits for them. */
  readonly warmUpMs: number;
  /** Resolves when connections of this listening socket are accepted: server.listen({ fd }). */
  listen(fd: number): Promise<void>;
  /** Takes on settings, keys and traffic. The models are those of the start. */
  configure(config: EndpointConfig): Promise<void>;
  /**
   * Accepts no more connections; those that are idle may be used once more for `idle` milliseconds. Resolves when all are
   * gone and all files are written. The process ends then.
   */
  drain(idle: number): Promise<void>;
  load(): ReplicaLoad;
}

/** Milliseconds between two reports of the load. */
const reportEvery = 1_000;

const log = createProcessLog("replica");

interface Link {
  readonly open: (start: ReplicaStart) => Promise<ReplicaService>;
  folder: string;
  service: ReplicaService | null;
  listening: boolean;
  draining: boolean;
}

/** Makes this process a replica of the supervisor that forked it. */
export function runReplica(open: (start: ReplicaStart) => Promise<ReplicaService>): void {
  const link: Link = { open, folder: "", service: null, listening: false, draining: false };
  // One after the other: a change of the configuration may come before the models are open.
  let before = Promise.resolve();
  process.on("message", (message: ToReplica) => {
    if (message.type === "drain") void drain(link, message.idle);
    else before = before.then(() => hear(link, message));
  });
  process.on("SIGTERM", () => void drain(link, idleWhileDraining));
  process.once("disconnect", () => orphaned(link));
  setInterval(() => report(link), reportEvery).unref();
}

async function hear(link: Link, message: Exclude<ToReplica, { type: "drain" }>): Promise<void> {
  try {
    switch (message.type) {
      case "start":
        link.folder = message.folder;
        link.service = await link.open(message);
        // What it uses is asked for as soon as it is ready.
        report(link);
        tell({ type: "ready", warmUpMs: link.service.warmUpMs });
        // Node writes it when a process ends; this one may live for months. Before requests come: it takes a moment.
        return flushCompileCache();
      case "listen":
        await link.service?.listen(message.fd);
        link.listening = true;
        return tell({ type: "listening" });
      case "configure":
        await link.service?.configure(message.config);
        return tell({ type: "configured", revision: message.config.revision });
    }
  } catch (error) {
    log.error({ err: error }, `a replica cannot ${message.type}`);
    tell({ type: "failed", problem: toProblem(error) });
  }
}

function report({ service }: Link): void {
  if (service !== null) tell({ type: "load", memoryBytes: process.memoryUsage.rss(), ...service.load() });
}

function tell(message: FromReplica): void {
  // A supervisor that dies in this moment is no failure of ours.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function drain(link: Link, idle: number): Promise<void> {
  if (link.draining) return;
  link.draining = true;
  if (!link.listening) return process.exit(0);
  tell({ type: "draining" });
  setTimeout(() => process.exit(1), drainTimeout).unref();
  await link.service?.drain(idle);
  process.exit(0);
}

function orphaned(link: Link): void {
  if (link.draining) return;
  if (!link.listening) return process.exit(0);
  log.warn({}, "the supervisor is gone; this replica goes on");
  void seeToSuccession({ folder: link.folder, fd: listeningFd, isOver: () => link.draining });
}
