import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog } from "../../base/index.ts";
import { serverActor } from "../../store/index.ts";
import { publishPipeline } from "../published/index.ts";
import type { Step } from "../../definition/index.ts";
import { cancelPipelineRun } from "./cancel.ts";
import { decideStep } from "./decide-step.ts";
import { readRunLog } from "../../tracking/index.ts";
import { explainStep } from "./explain.ts";
import { recordFailure } from "./failed-advance.ts";
import type { PipelineRun, PipelineRunStep } from "./read-run.ts";
import { retryPipelineRun } from "./retry.ts";
import { ann, command, openTestPipelines, type TestPipelines } from "./test-pipelines.ts";

let pipelines: TestPipelines;

beforeAll(async () => {
  pipelines = await openTestPipelines();
  pipelines.startWorkers();
  // Nobody looks but when something is said or due: retries and the like come by their time alone.
  pipelines.startRuns({ firstPause: 1, interval: 3_600_000 });
});
afterAll(() => pipelines?.close());

const states = ({ steps }: PipelineRun): Record<string, string> =>
  Object.fromEntries(steps.map(({ name, state }) => [name, state]));
const stepOf = ({ steps }: PipelineRun, name: string): PipelineRunStep => {
  const found = steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};

describe("a run of twelve steps", () => {
  const steps: Record<string, Step> = {
    load: command("emit rows=120", { env: { LEVEL: "${{run.name}}", API_TOKEN: "abc" } }),
    check: command("emit ok=yes", { needs: ["load"] }),
    split: command("emit train=80 test=40", { needs: ["check"] }),
    each: command("emit score=${{item}}", { for_each: [3, 1, 2], needs: ["split"] }),
    best: command("emit x=1", { if: "contains(steps.each.outputs.score, 3)" }),
    small: command("emit x=1", { if: "steps.load.outputs.rows < 100" }),
    after: command("emit x=1", { needs: ["small"] }),
    flaky: command("fail-first 2", { retries: 2, retry_delay: 0.01 }),
    tell: command("emit told=${{run.name}}", { if: "always()", needs: ["after", "best"] }),
  };

  test("runs them in order, hands on what they give, and ends", async () => {
    const define = { outputs: { rows: "${{steps.load.outputs.rows}}", scores: "${{steps.each.outputs.score}}" } };
    const id = await pipelines.submit(steps, { name: "twelve", define });
    const run = await pipelines.ended(id);
    expect(states(run)).toEqual({
      load: "FINISHED", check: "FINISHED", split: "FINISHED", each: "FINISHED", "each[0]": "FINISHED",
      "each[1]": "FINISHED", "each[2]": "FINISHED", best: "FINISHED", small: "SKIPPED", after: "SKIPPED",
      flaky: "FINISHED", tell: "FINISHED",
    }); // prettier-ignore
    expect(run).toMatchObject({ status: "FINISHED", statusReason: null, progress: 1 });
    expect(run.outputs).toEqual({ rows: { type: "value", value: 120 }, scores: { type: "value", value: [3, 1, 2] } });
    expect(stepOf(run, "tell").outputs).toEqual({ told: { type: "value", value: "twelve" } });
    expect(stepOf(run, "flaky").earlierRuns).toHaveLength(2);
    expect(stepOf(run, "load").inputs).toEqual([
      { kind: "setting", name: "command[0]", value: "emit" },
      { kind: "setting", name: "command[1]", value: "rows=120" },
      { kind: "setting", name: "env.API_TOKEN", value: "***" },
      { kind: "setting", name: "env.LEVEL", value: "twelve" },
      { kind: "setting", name: "outputs.rows.type", value: "value" },
    ]);
    expect(stepOf(run, "small").inputs).toEqual([]);
    expect(await pipelines.counts(id, "finished")).toMatchObject({ load: 1, "each[0]": 1, flaky: 1, tell: 1 });
    const runs = await pipelines.database.selectFrom("runs").select("status").where("parent_id", "=", id).execute();
    expect(runs.map(({ status }) => status).sort()).toEqual([
      "FAILED", "FAILED", ...Array.from({ length: 9 }, () => "FINISHED"),
    ]); // prettier-ignore
  });

  test("fails where an expression has no value, and says which", async () => {
    const skipped = command("emit x=1", { if: "1 > 2" });
    const use = command("emit y=${{steps.skipped.outputs.x}}", { if: "always()" });
    const run = await pipelines.ended(await pipelines.submit({ skipped, use }));
    expect(run.status).toBe("FAILED");
    expect(run.statusReason).toMatch(/^use: command\[1\]: .*"skipped" gave no output "x".*SLW_PIPELINE_EXPRESSION/);
  });

  test("is not doubled by the same request again", async () => {
    const id = newId();
    await pipelines.submit({ a: command("emit x=1") }, { id });
    await pipelines.submit({ b: command("emit x=1") }, { id });
    expect(Object.keys(states(await pipelines.ended(id)))).toEqual(["a"]);
  });
});

describe("what came out before", () => {
  const define = {
    name: "reuse",
    parameters: { rows: { type: "number" as const, default: 5 }, beside: { type: "number" as const, default: 1 } },
  };
  const steps = {
    first: command("emit rows=${{parameters.rows}}"),
    second: command("emit half=${{steps.first.outputs.rows}}"),
    told: { type: "approval", message: "${{parameters.beside}}" } as Step,
  };
  const { told: _, ...computed } = steps;

  test("is used again for the same code, inputs and settings, and why is said", async () => {
    const first = await pipelines.ended(await pipelines.submit(computed, { define }));
    const second = await pipelines.ended(await pipelines.submit(computed, { define, parameters: { beside: 2 } }));
    const third = await pipelines.ended(await pipelines.submit(computed, { define, parameters: { rows: 6 } }));
    const origin = stepOf(first, "first").runId;
    expect(stepOf(second, "first")).toMatchObject({
      state: "FINISHED",
      runId: null,
      reusedFrom: origin,
      outputs: { rows: { value: 5 } },
    });
    expect(stepOf(second, "second").reusedFrom).toBe(stepOf(first, "second").runId);
    expect(await pipelines.counts(second.id, "finished")).toEqual({});
    expect(stepOf(third, "first").reusedFrom).toBeNull();

    const why = (run: PipelineRun, step: string) =>
      explainStep(pipelines.database, { workspaceId: pipelines.workspaceId, runId: run.id, step });
    expect(await why(first, "first")).toMatchObject({ ran: true, reason: "it never ran before", comparedWith: null });
    expect(await why(second, "first")).toMatchObject({ ran: false, reusedFrom: origin, comparedWith: first.id });
    expect(await why(third, "first")).toMatchObject({
      ran: true,
      comparedWith: second.id,
      reason: "not the same as before: parameter rows",
      differences: [{ what: "parameter rows", before: "5", after: "6" }],
    });
    expect((await why(third, "second")).differences).toEqual([
      { what: "setting command[1]", before: "half=5", after: "half=6" },
    ]);
  });

  test("is not used where the run, the step, or the type says so, or where it is gone", async () => {
    const parts = { a: command("emit x=1"), b: command("emit y=1", { allow_reuse: false }) };
    const own = { name: "not-reused" };
    const first = await pipelines.ended(await pipelines.submit(parts, { define: own }));
    const second = await pipelines.ended(await pipelines.submit(parts, { define: own, reuse: false }));
    expect(second.steps.map(({ reusedFrom }) => reusedFrom)).toEqual([null, null]);
    const reasons = async (run: PipelineRun): Promise<string[]> =>
      Promise.all(
        run.steps.map(async ({ name: step }) => {
          const { workspaceId, database } = pipelines;
          return (await explainStep(database, { workspaceId, runId: run.id, step })).reason;
        }),
      );
    expect(await reasons(second)).toEqual(["reuse was switched off for the run", "the step says allow_reuse: false"]);
    await pipelines.database
      .updateTable("runs")
      .set({ deleted_at: new Date() })
      .where(
        "id",
        "in",
        [...first.steps, ...second.steps].map(({ runId }) => runId as string),
      )
      .execute();
    const third = await pipelines.ended(await pipelines.submit(parts, { define: own }));
    expect(third.steps.map(({ reusedFrom }) => reusedFrom)).toEqual([null, null]);
    expect((await reasons(third))[0]).toBe("the outputs of the earlier one are gone");
  });
});

describe("an end before the end", () => {
  test("comes by a cancellation: what waits is KILLED, what runs is asked", async () => {
    const id = await pipelines.submit({ a: command("wait"), b: command("emit x=1", { needs: ["a"] }) });
    await pipelines.until(id, (run) => stepOf(run, "a").state === "RUNNING");
    await cancelPipelineRun(pipelines.database, { workspaceId: pipelines.workspaceId, runId: id, actor: ann });
    const run = await pipelines.ended(id);
    expect(states(run)).toEqual({ a: "KILLED", b: "KILLED" });
    expect(run).toMatchObject({ status: "KILLED", statusReason: "cancelled by ann" });
  });

  test("comes by an evaluation that found nothing better, also when it is reused", async () => {
    const steps = {
      judge: command("nothing-better 0.91 is not better"),
      deploy: command("emit x=1", { needs: ["judge"] }),
    };
    for (const reused of [false, true]) {
      const run = await pipelines.ended(await pipelines.submit(steps));
      expect(states(run)).toEqual({ judge: "FINISHED", deploy: "KILLED" });
      expect(run).toMatchObject({ status: "KILLED", statusReason: "judge: 0.91 is not better" });
      expect(stepOf(run, "judge").reusedFrom !== null).toBe(reused);
    }
  });

  test("is made good by a retry: what finished is kept, what failed has a run of its own again", async () => {
    const id = await pipelines.submit({
      a: command("emit x=1"),
      b: command("fail-first 1", { needs: ["a"] }),
      c: command("emit z=${{steps.a.outputs.x}}", { needs: ["b"] }),
    }, { reuse: false }); // prettier-ignore
    const failed = await pipelines.ended(id);
    expect(failed).toMatchObject({ status: "FAILED", statusReason: "b: not yet (SLW_PIPELINE_STATE)" });
    const key = { workspaceId: pipelines.workspaceId, runId: id, actor: ann };
    await retryPipelineRun(pipelines.database, key);
    const run = await pipelines.ended(id);
    expect(states(run)).toEqual({ a: "FINISHED", b: "FINISHED", c: "FINISHED" });
    expect(stepOf(run, "a").runId).toBe(stepOf(failed, "a").runId);
    expect(stepOf(run, "b").earlierRuns).toEqual([stepOf(failed, "b").runId]);
    expect(await pipelines.counts(id, "finished")).toEqual({ a: 1, b: 1, c: 1 });
    await expect(retryPipelineRun(pipelines.database, key)).rejects.toMatchObject({ code: "SLW_PIPELINE_STATE" });
    await retryPipelineRun(pipelines.database, { ...key, from: "b" });
    await pipelines.ended(id);
    expect(await pipelines.counts(id, "finished")).toEqual({ a: 1, b: 2, c: 2 });
  });
});

describe("a decision", () => {
  const ask = (more = {}): Record<string, Step> => ({
    ask: { type: "approval", message: "Deploy it?", ...more } as Step,
    go: command("emit x=1", { needs: ["ask"] }),
  });
  const asked = async (steps: Record<string, Step>): Promise<{ workspaceId: string; runId: string; step: string }> => {
    const runId = await pipelines.submit(steps);
    await pipelines.until(runId, (run) => stepOf(run, "ask").state === "APPROVAL");
    return { workspaceId: pipelines.workspaceId, runId, step: "ask" };
  };

  test("lets the run go on, or fails it, once", async () => {
    const key = await asked(ask());
    await decideStep(pipelines.database, { ...key, decision: "approve", comment: "fine", actor: ann });
    const run = await pipelines.ended(key.runId);
    expect(run.status).toBe("FINISHED");
    expect(stepOf(run, "ask")).toMatchObject({ reason: "approved by ann: fine", outputs: { by: { value: "ann" } } });
    const again = decideStep(pipelines.database, { ...key, decision: "reject", actor: serverActor });
    await expect(again).rejects.toMatchObject({
      code: "SLW_PIPELINE_DECIDED",
      details: { user: "ann", decision: "approve" },
    });
    const audit = await pipelines.database
      .selectFrom("audit").select("user_name").where("action", "=", "decideStep").where("subject", "=", `run/${key.runId}`)
      .orderBy("seq").execute(); // prettier-ignore
    expect(audit).toEqual([{ user_name: "ann" }, { user_name: "slipway" }]);

    const other = await asked(ask());
    await decideStep(pipelines.database, { ...other, decision: "reject", actor: ann });
    expect(await pipelines.ended(other.runId)).toMatchObject({
      status: "FAILED",
      statusReason: "ask: rejected by ann",
    });
  });

  test("is for those who are named, and in time", async () => {
    const key = await asked(ask({ approvers: ["bob"] }));
    const byAnn = decideStep(pipelines.database, { ...key, decision: "approve", actor: ann });
    await expect(byAnn).rejects.toMatchObject({ code: "SLW_PIPELINE_APPROVER" });
    await decideStep(pipelines.database, { ...key, decision: "approve", actor: { ...ann, userName: "bob" } });
    const late = await pipelines.submit(ask({ timeout: 0.05 }));
    expect(await pipelines.ended(late)).toMatchObject({
      status: "FAILED",
      statusReason: "ask: nobody has decided in time",
    });
  });
});

describe("a pipeline within a pipeline", () => {
  test("is a step: its outputs are the step's, and its end the step's", async () => {
    const { workspaceId, database } = pipelines;
    const publish = (name: string, steps: Record<string, Step>, outputs = {}) =>
      publishPipeline(database, {
        workspaceId,
        id: newId(),
        definition: { name, steps, outputs, parameters: { x: { type: "number" } } },
        actor: ann,
      });
    await publish("inner", { a: command("emit x=${{parameters.x}}") }, { twice: "${{steps.a.outputs.x}}" });
    const call = (parameters: object): Step => ({ type: "pipeline", pipeline: "inner", parameters }) as Step;
    const steps = { call: call({ x: 4 }), use: command("emit y=${{steps.call.outputs.twice}}") };
    const run = await pipelines.ended(await pipelines.submit(steps));
    expect(run.status).toBe("FINISHED");
    expect(stepOf(run, "use").outputs).toEqual({ y: { type: "value", value: 4 } });
    const child = await pipelines.read(stepOf(run, "call").runId as string);
    expect(child).toMatchObject({
      parent: { runId: run.id, step: "call" },
      status: "FINISHED",
      version: { version: 1 },
    });

    const wrong = await pipelines.ended(await pipelines.submit({ call: call({ z: 4 }) }));
    expect(wrong.statusReason).toMatch(/^call: .*"z".*SLW_PIPELINE_PARAMETER/);
  });

  test("is cancelled with the run that it is a step of", async () => {
    const { workspaceId, database } = pipelines;
    const definition = { name: "waiting", steps: { a: command("wait") } };
    await publishPipeline(database, { workspaceId, id: newId(), definition, actor: ann });
    const id = await pipelines.submit({ call: { type: "pipeline", pipeline: "waiting" } });
    const { steps: [call] } = await pipelines.until(id, ({ steps }) => steps[0]?.state === "RUNNING"); // prettier-ignore
    await pipelines.until(call?.runId as string, ({ steps }) => steps[0]?.state === "RUNNING");
    await cancelPipelineRun(database, { workspaceId, runId: id, actor: ann });
    expect(await pipelines.ended(id)).toMatchObject({ status: "KILLED" });
    expect(await pipelines.read(call?.runId as string)).toMatchObject({
      status: "KILLED",
      statusReason: "cancelled by ann",
    });
  });
});

describe("a row that makes no sense", () => {
  test("is told in the run's page and log, counted in its row, and forgotten when it makes sense again", async () => {
    const { database, workspaceId } = pipelines;
    const runId = await pipelines.submit({ a: { type: "approval", message: "?" } });
    await pipelines.until(runId, ({ steps }) => steps[0]?.state === "APPROVAL");
    const read = () =>
      database.selectFrom("pipeline_runs").selectAll().where("run_id", "=", runId).executeTakeFirstOrThrow();
    // As a server that knows nothing of those before.
    for (const times of [1, 2]) {
      const options = { database, log: silentLog, firstPause: 60_000 };
      expect(await recordFailure(options, runId, new Error("no such step"))).toBeGreaterThan(times * 55_000);
    }
    const told = "the server cannot go on with it (attempt 2 of 10, the next in 120 s): no such step";
    expect(await pipelines.read(runId)).toMatchObject({ status: "RUNNING", statusReason: told });
    expect((await read()).advance_failures).toBe(2);
    const log = await readRunLog(database, { workspaceId, runId, after: 0, limit: 10 });
    expect(log.map(({ text }) => text.replace(/^\S+ /, ""))).toEqual(
      [told.replace("2 of", "1 of").replace("120", "60"), told].map((line) => `${line}\n`),
    );
    await sql`UPDATE pipeline_runs SET advance_at = now() WHERE run_id = ${runId}`.execute(database);
    pipelines.runs().poke();
    await pipelines.until(runId, ({ statusReason }) => statusReason === null);
    expect((await read()).advance_failures).toBe(0);
  });

  test("ends its run, with the reason, after a while; others go on", async () => {
    const id = newId();
    const poisoned = await pipelines.submit({ a: { type: "approval", message: "?" } });
    await pipelines.until(poisoned, ({ steps }) => steps[0]?.state === "APPROVAL");
    await sql`UPDATE pipeline_runs SET definition = '{"name": "test"}', advance_at = now() WHERE run_id = ${poisoned}`.execute(
      pipelines.database,
    );
    pipelines.runs().poke();
    await pipelines.submit({ a: command("emit x=1") }, { id });
    expect(await pipelines.ended(id)).toMatchObject({ status: "FINISHED" });
    for (;;) {
      const row = await pipelines.database
        .selectFrom("runs")
        .select(["status", "status_reason"])
        .where("id", "=", poisoned)
        .executeTakeFirstOrThrow();
      if (row.status === "FAILED") {
        expect(row.status_reason).toMatch(/^the server could not go on with it: /);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

describe("a request", () => {
  test("is refused before anything is stored", async () => {
    const { workspaceId, database } = pipelines;
    const before = await database
      .selectFrom("runs")
      .select((row) => row.fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    const data = (text: string): Record<string, Step> => ({
      t: { type: "transform", inputs: { d: text }, query: "SELECT 1", output: "o" },
    });
    await expect(pipelines.submit(data("nowhere"))).rejects.toMatchObject({ code: "SLW_DATASET_UNKNOWN" });
    const parameters = { where: { type: "data_path" as const } };
    const path = pipelines.submit(data("${{parameters.where}}"), {
      define: { parameters },
      parameters: { where: "landing:x.csv" },
    });
    await expect(path).rejects.toMatchObject({ code: "SLW_PIPELINE_PARAMETER" });
    await expect(pipelines.submit({ a: command("x") }, { parameters: { y: 1 } })).rejects.toMatchObject({
      code: "SLW_PIPELINE_PARAMETER",
    });
    await expect(pipelines.submit({ a: command("x", { needs: ["b"] }) })).rejects.toMatchObject({
      code: "SLW_PIPELINE_INVALID",
    });
    const definition = { name: "off", steps: { a: command("x") } };
    const version = await publishPipeline(database, {
      workspaceId,
      id: newId(),
      definition,
      status: "DISABLED",
      actor: ann,
    });
    await expect(pipelines.submit({}, { pipeline: version })).rejects.toMatchObject({ code: "SLW_PIPELINE_DISABLED" });
    const after = await database
      .selectFrom("runs")
      .select((row) => row.fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    expect(after).toEqual(before);
  });
});
