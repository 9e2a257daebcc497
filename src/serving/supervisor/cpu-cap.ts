/**
 * The cores that a replica may use: cpu.max of a cgroup of its own (Linux, control groups v2), where we may make one.
 * Elsewhere the cap is not enforced, and the state says so: slowing a process down by stopping and resuming it would
 * make its answers late and save nothing.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Microseconds: the period in which the share is counted, the kernel's default. */
const period = 100_000;

export interface CpuCapState {
  readonly enforced: boolean;
  /** Why it is not. */
  readonly reason: string | null;
}

export interface CpuCap {
  readonly state: CpuCapState;
  /** Removes the group, once its processes are gone. */
  release(): void;
}

/** @param root of the control groups, where tests have one of their own */
export function capCpu(pid: number, cores: number, root = "/sys/fs/cgroup"): CpuCap {
  try {
    const parent = ownGroup(root);
    const group = join(parent, `slipway-${pid}`);
    appendFileSync(join(parent, "cgroup.subtree_control"), "+cpu");
    mkdirSync(group, { recursive: true });
    writeFileSync(join(group, "cpu.max"), `${Math.max(1_000, Math.round(cores * period))} ${period}`);
    writeFileSync(join(group, "cgroup.procs"), String(pid));
    return { state: { enforced: true, reason: null }, release: () => removeGroup(group) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { state: { enforced: false, reason }, release: () => {} };
  }
}

function ownGroup(root: string): string {
  if (!existsSync(join(root, "cgroup.controllers"))) throw new Error("this system has no control groups v2");
  const [, path] = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8")) ?? [];
  return join(root, path ?? "/");
}

function removeGroup(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // A process of it is still there; an empty group costs nothing.
  }
}
