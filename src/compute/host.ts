/** Where a pid means a process: on which machine, since which boot, in which container. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Equal for processes that see each other's pids. */
export function hostIdentity(): string {
  const parts = [hostname()];
  if (process.platform === "linux") {
    parts.push(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
    parts.push(readlinkSync("/proc/self/ns/pid"));
  }
  return parts.join(" ");
}
