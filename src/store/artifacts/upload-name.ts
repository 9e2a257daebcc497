/**
 * Names of uploads that are under way: HOST-PID-ID, so that a sweep can tell those of dead processes without asking
 * anybody. Another machine's processes cannot be seen; theirs are judged by their age alone.
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { newId } from "../../base/index.ts";

const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 12);

/** Uploads of this process that are under way. */
const active = new Set<string>();

/** Runs `work` with a new name; while it runs no sweep of this process touches what has the name. */
export async function withUploadName<T>(work: (name: string) => Promise<T>): Promise<T> {
  const name = `${host}-${process.pid}-${newId()}`;
  active.add(name);
  try {
    return await work(name);
  } finally {
    active.delete(name);
  }
}

/** @param touched when the upload was last written to, as far as the store knows */
export function isLeftOver(name: string, touched: Date, olderThan: Date): boolean {
  if (active.has(name)) return false;
  if (touched < olderThan) return true;
  const [, ofHost, pid] = /^([0-9a-f]{12})-(\d{1,10})-[0-9a-f]{32}$/.exec(name) ?? [];
  if (ofHost !== host) return false;
  return Number(pid) === process.pid || !lives(Number(pid));
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
