/** Why jobs wait, in words. */
import { expect, test } from "vitest";
import { explainQueue, type WaitingJob } from "./explain-queue.ts";
import type { WorkerStatus } from "./status.ts";

type Place = Parameters<typeof explainQueue>[1][number];

const busy = { state: "busy", runId: "run" } as WorkerStatus;
const idle = { state: "idle", runId: null } as WorkerStatus;

function place(own: Partial<Place> = {}): Place {
  const { cores = 2, memory = 2 ** 31 } = own;
  const free = { freeCores: cores, freeMemory: memory, workers: [] };
  return { id: "a", target: "local", workspaceId: null, labels: [], maxWorkers: 2, cores, memory, ...free, ...own };
}

let runs = 0;
function job(own: Partial<WaitingJob> = {}): WaitingJob {
  return {
    runId: `run ${runs++}`,
    workspaceId: "w",
    target: "local",
    labels: [],
    cores: 1,
    memory: 0,
    reserves: false,
    ...own,
  };
}

const one = (waiting: WaitingJob, places: readonly Place[]): string =>
  [...explainQueue([waiting], places).values()][0] as string;

test.each<[string, WaitingJob, Place[]]>([
  ["no server has workers at present", job(), []],
  ["no worker has joined the compute target remote", job({ target: "remote" }), [place()]],
  [
    "no worker has joined the compute target remote",
    job({ target: "remote" }),
    [place({ target: "remote", workspaceId: "other" })],
  ],
  ["no worker has the label gpu", job({ labels: ["gpu"] }), [place()]],
  ["no worker has the labels gpu, large", job({ labels: ["gpu", "large"] }), [place()]],
  [
    "no worker has all of the labels a, b",
    job({ labels: ["a", "b"] }),
    [place({ labels: ["a"] }), place({ labels: ["b"] })],
  ],
  ["needs 3 cores: no worker has more than 2", job({ cores: 3 }), [place()]],
  ["needs 4,096 MB of memory: no worker has more than 2,048 MB", job({ memory: 2 ** 32 }), [place()]],
  ["waits for 2 cores: 1 of 2 is free", job({ cores: 2 }), [place({ freeCores: 1, workers: [busy] })]],
  ["waits for 1 core: 0 of 2 are free", job(), [place({ freeCores: 0, workers: [busy] })]],
  [
    "waits for 1,024 MB of memory: 512 MB of 2,048 MB are free",
    job({ memory: 2 ** 30 }),
    [place({ freeMemory: 2 ** 29, workers: [busy] })],
  ],
  ["waits for a worker: all 2 are busy", job(), [place({ cores: 8, freeCores: 6, workers: [busy, busy] })]],
  ["waits for the worker, which is busy", job(), [place({ maxWorkers: 1, freeCores: 1, workers: [busy] })]],
  ["workers are starting", job(), [place()]],
  ["workers are starting", job(), [place({ freeCores: 1, workers: [busy] })]],
  ["is about to begin", job(), [place({ workers: [idle] })]],
])("%s", (reason, waiting, places) => {
  expect(one(waiting, places)).toBe(reason);
});

test("those behind others say behind how many", () => {
  const jobs = [job({ cores: 2 }), job({ labels: ["gpu"] }), job({ cores: 2 }), job({ cores: 2 }), job()];
  const reasons = explainQueue(jobs, [place({ freeCores: 1, workers: [busy, idle] })]);
  expect([...reasons.values()]).toEqual([
    "waits for 2 cores: 1 of 2 is free",
    "no worker has the label gpu",
    "behind 1 other",
    "behind 2 others",
    // Passes them.
    "is about to begin",
  ]);
});

test("nothing passes the first in line that has waited for long", () => {
  const jobs = [job({ cores: 2, reserves: true }), job(), job({ target: "remote" })];
  const places = [place({ freeCores: 1, workers: [busy, idle] }), place({ id: "b", target: "remote" })];
  expect([...explainQueue(jobs, places).values()]).toEqual([
    "waits for 2 cores: 1 of 2 is free",
    "behind 1 other",
    "workers are starting",
  ]);
});

test("as many begin as there are cores and workers, wherever they are", () => {
  const jobs = Array.from({ length: 5 }, () => job());
  const reasons = explainQueue(jobs, [place({ workers: [idle] }), place({ id: "b", maxWorkers: 1 })]);
  expect([...reasons.values()]).toEqual([
    "is about to begin",
    "workers are starting",
    "workers are starting",
    "behind 3 others",
    "behind 4 others",
  ]);
});
