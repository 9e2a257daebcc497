/** Why jobs wait: the claims that would come next, played through without taking any. */
import { fits, type Capacity } from "./demand.ts";
import type { PoolStatus } from "./status.ts";
import { localTarget } from "./target.ts";

export interface WaitingJob extends Capacity {
  readonly runId: string;
  readonly workspaceId: string;
  readonly target: string;
  readonly labels: readonly string[];
  /** Has it waited for so long that nothing behind it begins where it could, once it is the first? */
  readonly reserves: boolean;
}

type Place = Pick<
  PoolStatus,
  | "id"
  | "target"
  | "workspaceId"
  | "labels"
  | "maxWorkers"
  | "cores"
  | "freeCores"
  | "memory"
  | "freeMemory"
  | "workers"
>;

interface Free extends Capacity {
  /** Jobs that it could begin beside those that run. */
  readonly slots: number;
  readonly idle: number;
  /** Does a job wait for it? */
  readonly awaited: boolean;
  /** Does one reserve it, that has waited for long? */
  readonly reserved: boolean;
}

interface Line {
  readonly places: readonly Place[];
  /** By place. */
  readonly free: Map<string, Free>;
  /** How many there were of those before that could go to the same places. */
  readonly before: Map<readonly Place[], number>;
}

/** @param jobs of some targets, in the order of their queues. @returns by run, in words */
export function explainQueue(jobs: readonly WaitingJob[], places: readonly Place[]): Map<string, string> {
  const line: Line = { places, free: new Map(places.map((place) => [place.id, freeOf(place)])), before: new Map() };
  return new Map(jobs.map((job) => [job.runId, explain(job, line)]));
}

function freeOf({ maxWorkers, freeCores, freeMemory, workers }: Place): Free {
  const idle = workers.filter(({ state }) => state === "idle").length;
  const busy = workers.filter(({ runId }) => runId !== null).length;
  return { cores: freeCores, memory: freeMemory, slots: maxWorkers - busy, idle, awaited: false, reserved: false };
}

function explain(job: WaitingJob, line: Line): string {
  const { places, free } = line;
  const open = places.filter(
    ({ target, workspaceId }) => target === job.target && (workspaceId === null || workspaceId === job.workspaceId),
  );
  const labelled = open.filter(({ labels }) => job.labels.every((label) => labels.includes(label)));
  const large = labelled.filter((place) => fits(job, place));
  if (large.length === 0) return unservable(job, open, labelled);
  const ahead = countBefore(large, line.before);
  const chosen = large.find(({ id }) => {
    const left = free.get(id) as Free;
    return left.slots > 0 && !left.reserved && fits(job, left);
  });
  if (chosen !== undefined) {
    const left = free.get(chosen.id) as Free;
    free.set(chosen.id, {
      ...left,
      cores: left.cores - job.cores,
      memory: left.memory - job.memory,
      slots: left.slots - 1,
      idle: left.idle - 1,
    });
    return left.idle > 0 ? "is about to begin" : "workers are starting";
  }
  for (const { id } of large) {
    const left = free.get(id) as Free;
    const reserved = left.reserved || (job.reserves && !left.awaited);
    free.set(id, { ...left, awaited: true, reserved });
  }
  return ahead > 0 ? `behind ${ahead} ${ahead === 1 ? "other" : "others"}` : occupied(job, large, free);
}

/** Jobs before in line that could go to one of these places, too; this one is added to them. */
function countBefore(large: readonly Place[], before: Map<readonly Place[], number>): number {
  let ahead = 0;
  let same: readonly Place[] = large;
  for (const [others, count] of before) {
    if (others.some((place) => large.includes(place))) ahead += count;
    if (others.length === large.length && others.every((place, i) => place === large[i])) same = others;
  }
  before.set(same, (before.get(same) ?? 0) + 1);
  return ahead;
}

/** No worker that is there now will ever compute it. */
function unservable(job: WaitingJob, open: readonly Place[], labelled: readonly Place[]): string {
  if (open.length === 0) {
    if (job.target === localTarget) return "no server has workers at present";
    return `no worker has joined the compute target ${job.target}`;
  }
  if (labelled.length === 0) {
    const missing = job.labels.filter((label) => !open.some(({ labels }) => labels.includes(label)));
    if (missing.length === 0) return `no worker has all of the labels ${job.labels.join(", ")}`;
    return `no worker has the ${missing.length === 1 ? "label" : "labels"} ${missing.join(", ")}`;
  }
  const cores = Math.max(...labelled.map((place) => place.cores));
  if (job.cores > cores) return `needs ${count(job.cores, "core")}: no worker has more than ${cores}`;
  const memory = Math.max(...labelled.filter((place) => job.cores <= place.cores).map((place) => place.memory));
  return `needs ${megabytes(job.memory)} of memory: no worker has more than ${megabytes(memory)}`;
}

/** Next in line, and all that could compute it are at work on others. Told of the place that is closest to it. */
function occupied(job: WaitingJob, large: readonly Place[], free: ReadonlyMap<string, Free>): string {
  const [place] = large.toSorted((a, b) => (free.get(b.id) as Free).cores - (free.get(a.id) as Free).cores);
  const { cores, memory, maxWorkers, id } = place as Place;
  const left = free.get(id) as Free;
  const shown = Math.max(0, left.cores);
  if (job.cores > left.cores) {
    return `waits for ${count(job.cores, "core")}: ${shown} of ${cores} ${shown === 1 ? "is" : "are"} free`;
  }
  if (job.memory > left.memory) {
    return `waits for ${megabytes(job.memory)} of memory: ${megabytes(Math.max(0, left.memory))} of ${megabytes(memory)} are free`;
  }
  return maxWorkers === 1 ? "waits for the worker, which is busy" : `waits for a worker: all ${maxWorkers} are busy`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString("en-US")} MB`;
}
