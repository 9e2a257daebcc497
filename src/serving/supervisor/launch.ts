/** Starts the supervisor of an endpoint, so that it outlives whoever starts it. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { siblingModule } from "../../base/index.ts";
import { endpointFolder } from "../config/index.ts";
import { listeningFd } from "./messages.ts";

/** The exit codes of a supervisor. */
export const supervisorExit = {
  /** It was told to stop. */
  stopped: 0,
  /** It could not start: supervisor.json says why. */
  failed: 1,
  /** Another one is there, or replicas that will start one. */
  notNeeded: 3,
} as const;

export interface LaunchOptions {
  /** The endpoint's, absolute. */
  readonly folder: string;
  /** Path of the module that calls runReplica. */
  readonly replicaEntry: string;
  /** Descriptor of the listening socket, from a replica that has it; null: it is bound. */
  readonly fd: number | null;
}

/** A supervisor does next to nothing: small heaps, and no thread beyond what Node needs. */
const nodeFlags = ["--max-semi-space-size=1", "--max-old-space-size=64", "--v8-pool-size=0"];

/** Detached, in a session of its own, without pipes: nothing of the starter's end reaches it. */
export function launchSupervisor({ folder, replicaEntry, fd }: LaunchOptions): ChildProcess {
  const log = openSync(endpointFolder(folder).processLog, "a", 0o600);
  try {
    const main = fileURLToPath(siblingModule(import.meta.url, "supervisor-process"));
    const args = [main, folder, replicaEntry, ...(fd === null ? [] : [String(listeningFd)])];
    const child = spawn(process.execPath, [...nodeFlags, ...args], {
      detached: true,
      cwd: "/",
      env: environment(),
      // The place of the channel stays empty.
      stdio: ["ignore", log, log, "ignore", ...(fd === null ? [] : [fd])],
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** What processes of an endpoint may know of the environment: models of others run there, and secrets stand in it. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|OTEL_\w+|SLIPWAY_PYTHON|PYTHONPATH|PIP_\w+|(HTTPS?|NO)_PROXY)$/;

function environment(): NodeJS.ProcessEnv {
  const known = Object.entries(process.env).filter(([name]) => passedOn.test(name));
  // As module.enableCompileCache() chooses it: a start takes a third of the time.
  const cache = process.env["NODE_COMPILE_CACHE"] ?? getCompileCacheDir() ?? join(tmpdir(), "node-compile-cache");
  return { ...Object.fromEntries(known), NODE_COMPILE_CACHE: cache };
}
