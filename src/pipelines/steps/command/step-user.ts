/**
 * A user of its own for the steps of a worker, where the system allows it: user ids that no account has, of which each
 * worker process claims one for as long as it lives. Two workers of one machine never have the same.
 *
 * Claims are files in a folder that only root can enter, named by user id, process and start of the process. Whoever
 * wants an id writes its claim first and looks at the others' then: of two at the same moment both see both and both
 * withdraw. A claim of a dead process is removed by whoever sees it, after what is left of its steps has been ended.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processStart, SlipwayError } from "../../../base/index.ts";
import { endProcessesOf } from "./processes.ts";

export interface StepUser {
  readonly uid: number;
  /** The same number: a group that nobody else is in. */
  readonly gid: number;
}

/** Given to nobody by systemd's and Debian's allocation of user ids (systemd's UIDS-GIDS: 60578 to 61183 are unused). */
const firstId = 60_600;
const lastId = 61_183;

/** May processes of other users be started here, and do their ids exist in this namespace? */
export function canChangeUser(): boolean {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) return false;
  try {
    const ranges = readFileSync("/proc/self/uid_map", "utf8").trim().split("\n");
    return ranges.some((range) => {
      const [inside = 0, , count = 0] = range.trim().split(/\s+/).map(Number);
      return inside <= firstId && lastId < inside + count;
    });
  } catch {
    return false;
  }
}

/** @param folder for claims; made where it is absent @throws SLW_STEP_FOLDER where no id is free */
export function claimStepUser(folder: string): StepUser {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const own = `${process.pid}.${processStart(process.pid)}`;
  const accounts = knownIds();
  const count = lastId - firstId + 1;
  // Workers that start together begin at different places.
  for (let i = 0; i < count; i++) {
    const uid = firstId + ((process.pid + i) % count);
    if (accounts.has(uid)) continue;
    const claim = join(folder, `${uid}.${own}`);
    writeFileSync(claim, "", { flag: "w", mode: 0o600 });
    if (hasOtherClaim(folder, uid, own)) rmSync(claim, { force: true });
    else {
      // What another worker's steps may have left.
      endProcessesOf(uid);
      return { uid, gid: uid };
    }
  }
  throw new SlipwayError("SLW_STEP_FOLDER", `All ${count} user ids for steps are in use.`, { details: { folder } });
}

/** Ends what is left of the steps of workers that are dead. */
export function releaseDeadUsers(folder: string): void {
  for (const claim of readClaims(folder)) if (!isAlive(claim)) release(folder, claim);
}

interface Claim {
  readonly uid: number;
  readonly pid: number;
  readonly start: string;
}

function readClaims(folder: string): Claim[] {
  return readdirSync(folder).flatMap((name) => {
    const [, uid, pid, start] = /^(\d+)\.(\d+)\.(\w+)$/.exec(name) ?? [];
    return start === undefined ? [] : [{ uid: Number(uid), pid: Number(pid), start }];
  });
}

const isAlive = ({ pid, start }: Claim): boolean => processStart(pid) === start;

function hasOtherClaim(folder: string, uid: number, own: string): boolean {
  let found = false;
  for (const claim of readClaims(folder)) {
    if (claim.uid !== uid || `${claim.pid}.${claim.start}` === own) continue;
    if (isAlive(claim)) found = true;
    else release(folder, claim);
  }
  return found;
}

function release(folder: string, claim: Claim): void {
  const others = readClaims(folder).some((other) => other.uid === claim.uid && isAlive(other));
  if (!others) endProcessesOf(claim.uid);
  rmSync(join(folder, `${claim.uid}.${claim.pid}.${claim.start}`), { force: true });
}

/** Ids of accounts of this machine. */
function knownIds(): Set<number> {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return new Set(lines.map((line) => Number(line.split(":")[2])));
}
