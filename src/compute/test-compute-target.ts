/** What every compute target promises, whatever its workers are: called by the tests of each with a harness. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listQueue } from "./index.ts";
import { openTestPlace, type TestPlace } from "./test-place.ts";

export interface TargetHarness {
  /** Name of the target, as jobs say it. */
  readonly name: string;
  /** Can workers be started and ended from here? */
  readonly scales: boolean;
  /** Two workers at most, with two cores each or together and without the label "tpu", that end after so long. */
  start(place: TestPlace, idleSeconds: number): Promise<StartedTarget>;
}

export interface StartedTarget {
  /** Process of the worker. */
  pidOf(workerId: string): Promise<number>;
  /** Processes of the workers that live. */
  pids(): number[];
  /** Lets a process go on that was stopped, and waits until it has ended. */
  release(pid: number): Promise<void>;
  close(): Promise<void>;
}

export function testComputeTarget({ name, scales, start }: TargetHarness): void {
  describe(`compute target ${name}`, () => {
    let place: TestPlace;
    let target: StartedTarget;
    let folder: string;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "slipway-target-"));
      place = await openTestPlace(name);
      target = await start(place, 0.2);
    });

    afterEach(async () => {
      await target?.close();
      await place?.close();
      rmSync(folder, { recursive: true });
    });

    const reasons = async (): Promise<Record<string, string>> => {
      const queue = await listQueue(place.database, { workspaceId: place.workspaceId, target: name });
      return Object.fromEntries(queue.map(({ runId, reason }) => [runId, reason]));
    };
    const pidOf = async (runId: string): Promise<number> => target.pidOf((await place.read(runId)).workerId as string);
    /** As if the last heartbeat were long ago: what is silent is found sooner. */
    const age = (): Promise<unknown> =>
      sql`UPDATE workers SET heartbeat_at = heartbeat_at - interval '1 minute'`.execute(place.database);

    test("a job is computed, its result and what it used are kept", async () => {
      const first = await place.submit("write");
      const second = await place.submit("used");
      expect(await place.ended(first)).toMatchObject({ state: "FINISHED", attempt: 1, result: { attempt: 1 } });
      expect(await place.ended(second)).toMatchObject({
        state: "FINISHED",
        result: null,
        usage: { cpuSeconds: 1.5, peakMemory: 1024, exitCode: 0, exitSignal: null },
      });
    });

    test("jobs go to workers that have what they need; those behind do not wait for the others", async () => {
      const large = await place.submit("write", { cores: 3 });
      const labelled = await place.submit("write", { labels: ["tpu"] });
      const heavy = await place.submit("write", { memoryBytes: 2 ** 50 });
      expect(await place.ended(await place.submit("write", { cores: 2 }))).toMatchObject({ state: "FINISHED" });
      expect(await reasons()).toEqual({
        [large]: "needs 3 cores: no worker has more than 2",
        [labelled]: "no worker has the label tpu",
        [heavy]: expect.stringMatching(/^needs 1,073,741,824 MB of memory: no worker has more than [\d,]+ MB$/),
      });
    });

    test("a killed worker's job is computed by another, once", async () => {
      const runId = await place.submit("stuck");
      await place.began(runId);
      process.kill(await pidOf(runId), "SIGKILL");
      await age();
      expect(await place.ended(runId)).toMatchObject({ state: "FINISHED", attempt: 2, result: { attempt: 2 } });
      expect(await place.written(runId)).toEqual(["1 began", "2 began"]);
    });

    test("a stopped worker is replaced, and what it brings late is refused", async () => {
      const file = join(folder, "go");
      writeFileSync(file, "");
      const runId = await place.submit("late", { spec: { file } });
      await place.began(runId);
      const pid = await pidOf(runId);
      process.kill(pid, "SIGSTOP");
      await age();
      expect(await place.ended(runId)).toMatchObject({ state: "FINISHED", attempt: 2, result: { attempt: 2 } });
      writeFileSync(file, "now");
      await target.release(pid);
      expect(await place.written(runId)).toEqual(["1 began", "2 began", "2 done"]);
      expect(await place.read(runId)).toMatchObject({ attempt: 2, result: { attempt: 2 } });
    });

    test("a cancelled job ends with what it has, or at once where it does not", async () => {
      const wait = await place.submit("wait");
      const stubborn = await place.submit("stubborn");
      await Promise.all([place.began(wait), place.began(stubborn)]);
      await place.cancel(wait);
      expect(await place.ended(wait)).toMatchObject({ state: "KILLED", reason: "cancelled, with what it had" });
      await place.cancel(stubborn, true);
      expect(await place.ended(stubborn)).toMatchObject({ state: "KILLED", reason: "cancelled by slipway" });
      expect(await place.ended(await place.submit("write"))).toMatchObject({ state: "FINISHED" });
    });

    test.runIf(scales)("workers come with the work and go with it", async () => {
      expect(target.pids()).toEqual([]);
      const runs = [await place.submit("wait"), await place.submit("wait"), await place.submit("wait")];
      await Promise.all(runs.slice(0, 2).map((runId) => place.running(runId)));
      expect(target.pids()).toHaveLength(2);
      expect(await reasons()).toEqual({ [runs[2] as string]: "waits for 1 core: 0 of 2 are free" });
      for (const runId of runs) await place.cancel(runId);
      await Promise.all(runs.map((runId) => place.ended(runId)));
      while (target.pids().length > 0) await delay(20);
    });
  });
}
