/**
 * A pipeline of twelve steps whose server, or worker, is killed in its middle (RELIABILITY: rows 4, 5). Each ends, no step
 * that finished runs again, and what comes out is what comes out undisturbed. Once each by default; FAULTS=50 in
 * `npm run faults`.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../src/base/index.ts";
import type { Step } from "../../src/definition/index.ts";
import type { PipelineRun } from "../../src/pipelines/runs/index.ts";
import { command, openTestPipelines, type TestPipelines } from "../../src/pipelines/runs/test-pipelines.ts";

const times = Number(process.env["FAULTS"] ?? 2);
/** Milliseconds that the run takes at least: its longest way. */
const undisturbedMilliseconds = 400;

const steps: Record<string, Step> = {
  load: command("emit rows=120 sleep=40"),
  check: command("emit ok=${{steps.load.outputs.rows}} sleep=30"),
  split: command("emit train=80 test=40 sleep=40", { needs: ["check"] }),
  each: command("emit score=${{item}} sleep=60", { for_each: [3, 1, 2, 5], max_parallel: 2, needs: ["split"] }),
  best: command("emit x=5 sleep=30", { if: "contains(steps.each.outputs.score, 5)" }),
  worst: command("emit x=1 sleep=30", { needs: ["each"] }),
  skipped: command("emit x=1", { if: "steps.load.outputs.rows < 100" }),
  flaky: command("fail-first 1", { retries: 3, retry_delay: 0.01, needs: ["load"] }),
  tell: command("emit sum=${{steps.best.outputs.x}}${{steps.worst.outputs.x}} sleep=30", { needs: ["flaky"] }),
};

let pipelines: TestPipelines;
const servers: ChildProcess[] = [];

beforeAll(async () => {
  pipelines = await openTestPipelines();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.kill("SIGKILL");
});
afterAll(() => pipelines?.close());

interface Server {
  kill(): Promise<void>;
  workers(): Promise<number[]>;
}

async function startServer(): Promise<Server> {
  const script = new URL("./pipeline-process.ts", import.meta.url).pathname;
  const args = [script, pipelines.url, process.env["FAULTS_LOG"] ?? "silent"];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  servers.push(child);
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  return {
    async kill() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
    async workers() {
      const answer = once(lines, "line");
      child.stdin.write("?");
      return JSON.parse(String((await answer)[0])) as number[];
    },
  };
}

/** Neither ids nor times. */
function resultOf({ status, steps: its, outputs }: PipelineRun) {
  return { status, outputs, steps: its.map(({ name, state, outputs: given }) => ({ name, state, given })) };
}

async function checkRun(id: string, expected: unknown): Promise<void> {
  const run = await pipelines.ended(id);
  expect(resultOf(run)).toEqual(expected);
  const counts = await pipelines.counts(id, "finished");
  const finished = run.steps.filter(({ state, runId }) => state === "FINISHED" && runId !== null);
  expect(counts).toEqual(Object.fromEntries(finished.map(({ name }) => [name, 1])));
  const { rows } = await sql`
    SELECT run_id FROM jobs WHERE state NOT IN ('FINISHED', 'FAILED', 'KILLED')
    UNION ALL SELECT id FROM runs WHERE status NOT IN ('FINISHED', 'FAILED', 'KILLED')
  `.execute(pipelines.database);
  expect(rows).toEqual([]);
}

const submit = (): Promise<string> =>
  pipelines.submit(steps, { reuse: false, define: { outputs: { sum: "${{steps.tell.outputs.sum}}" } } });

test(
  "a killed server, or worker, changes nothing about what comes out",
  async () => {
    let server = await startServer();
    const undisturbed = resultOf(await pipelines.ended(await submit()));
    expect(undisturbed).toMatchObject({ status: "FINISHED", outputs: { sum: { value: 51 } } });
    const random = createRandom(Number(process.env["FAULTS_SEED"] ?? Date.now()));
    const seconds: number[] = [];
    for (let time = 0; time < times; time++) {
      const id = await submit();
      await delay(random.next() * undisturbedMilliseconds);
      if (time % 2 === 0) {
        await server.kill();
        server = await startServer();
      } else {
        const [worker] = await server.workers();
        if (worker !== undefined) process.kill(worker, "SIGKILL");
      }
      const killed = performance.now();
      await checkRun(id, undisturbed);
      seconds.push((performance.now() - killed) / 1000);
    }
    const report = process.env["FAULTS_REPORT"];
    const line = { fault: "kill -9 in a pipeline of twelve steps", times, lost: 0, half: 0, orphans: 0, seconds };
    if (report !== undefined) appendFileSync(report, `${JSON.stringify(line)}\n`);
  },
  60_000 + times * 40_000,
);
