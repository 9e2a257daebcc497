/**
 * One process at a time, without anything that a killed one leaves behind: whoever wants the lock makes a file of a
 * name that says who it is, then looks for others. Of two that want it at least one sees the other's file; files of
 * processes that are dead mean nothing, and since their names come never again, anybody may remove them.
 */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, thisProcess, type ProcessIdentity } from "./process-identity.ts";

export interface Lock {
  release(): void;
}

/** Milliseconds between two attempts: by chance, so that two that saw each other do not do so again. */
const shortestPause = 5;
const longestPause = 50;

export interface LockOptions {
  /** That of the lock files: "supervisor". */
  readonly name: string;
  /** Milliseconds. */
  readonly patience: number;
}

/** @returns null where another process holds it for longer than `patience` */
export async function acquireLock(folder: string, { name, patience }: LockOptions): Promise<Lock | null> {
  const until = performance.now() + patience;
  for (;;) {
    const lock = tryLock(folder, name);
    if (lock !== null || performance.now() > until) return lock;
    await delay(shortestPause + Math.random() * (longestPause - shortestPause));
  }
}

function tryLock(folder: string, name: string): Lock | null {
  const self = thisProcess();
  const own = `${prefixOf(name)}${self.pid}-${self.processStart}`;
  const release = (): void => rmSync(join(folder, own), { force: true });
  writeFileSync(join(folder, own), "", { mode: 0o600 });
  for (const { file, identity } of candidates(folder, name)) {
    if (file === own) continue;
    if (isAlive(identity)) {
      release();
      return null;
    }
    rmSync(join(folder, file), { force: true });
  }
  return { release };
}

interface Candidate {
  readonly file: string;
  readonly identity: ProcessIdentity;
}

const prefixOf = (name: string): string => `${name}.lock-`;

function candidates(folder: string, name: string): Candidate[] {
  const prefix = prefixOf(name);
  return readdirSync(folder)
    .filter((file) => file.startsWith(prefix))
    .map((file) => {
      const [pid, processStart = ""] = file.slice(prefix.length).split("-");
      return { file, identity: { pid: Number(pid), processStart } };
    });
}

/** Processes that hold the lock, or try to. */
export function lockHolders(folder: string, name: string): ProcessIdentity[] {
  return candidates(folder, name)
    .map(({ identity }) => identity)
    .filter(isAlive);
}
