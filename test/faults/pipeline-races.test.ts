/**
 * Two approvers, and an approver and a canceller, at the same moment (RELIABILITY: row 15). A few times by default;
 * FAULTS=200 in `npm run faults`.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../../src/store/index.ts";
import { cancelPipelineRun, decideStep, type NewDecision } from "../../src/pipelines/runs/index.ts";
import { openTestPipelines, type TestPipelines } from "../../src/pipelines/runs/test-pipelines.ts";

const times = Number(process.env["FAULTS"] ?? 10);
const ann: Actor = { userId: null, userName: "ann", requestId: null };
const bob: Actor = { ...ann, userName: "bob" };

let pipelines: TestPipelines;
beforeAll(async () => {
  pipelines = await openTestPipelines();
  pipelines.startRuns();
});
afterAll(() => pipelines?.close());

async function asked(): Promise<Omit<NewDecision, "decision" | "actor">> {
  const message = "Deploy it?";
  const steps = { ask: { type: "approval", message }, go: { type: "approval", message, needs: ["ask"] } } as const;
  const runId = await pipelines.submit(steps);
  await pipelines.until(runId, ({ steps: [ask] }) => ask?.state === "APPROVAL");
  return { workspaceId: pipelines.workspaceId, runId, step: "ask" };
}

async function auditOf(runId: string): Promise<string[]> {
  const rows = await pipelines.database
    .selectFrom("audit")
    .select("user_name")
    .where("action", "in", ["decideStep", "cancelPipelineRun"])
    .where("subject", "=", `run/${runId}`)
    .execute();
  return rows.map(({ user_name: name }) => name).sort();
}

test(
  "of two approvers one decides, and the other is told who did, and when",
  async () => {
    for (let time = 0; time < times; time++) {
      const key = await asked();
      const [first, second] = await Promise.allSettled([
        decideStep(pipelines.database, { ...key, decision: "approve", actor: ann }),
        decideStep(pipelines.database, { ...key, decision: "reject", actor: bob }),
      ]);
      expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
      const [winner, loser] = first.status === "fulfilled" ? ["ann", second] : ["bob", first];
      const details = { user: winner, at: expect.stringMatching(/^20.*Z$/) as string };
      expect((loser as PromiseRejectedResult).reason).toMatchObject({ code: "SLW_PIPELINE_DECIDED", details });
      expect(await auditOf(key.runId)).toEqual(["ann", "bob"]);
      const { steps: [ask] } = await pipelines.until(key.runId, ({ steps }) => steps[0]?.state !== "APPROVAL"); // prettier-ignore
      expect(ask).toMatchObject({ state: winner === "ann" ? "FINISHED" : "FAILED", decision: { user: winner } });
    }
  },
  60_000 + times * 1_000,
);

test(
  "of an approver and a canceller, the run is cancelled, and an approver who came later is told so",
  async () => {
    for (let time = 0; time < times; time++) {
      const key = await asked();
      const approve = () => decideStep(pipelines.database, { ...key, decision: "approve", actor: ann });
      const cancel = () => cancelPipelineRun(pipelines.database, { ...key, actor: bob });
      // Either may be the first to be sent.
      const both = time % 2 === 0 ? [approve(), cancel()] : [cancel(), approve()].toReversed();
      const [approved, cancelled] = await Promise.allSettled(both);
      expect(cancelled?.status).toBe("fulfilled");
      const run = await pipelines.ended(key.runId);
      expect(run).toMatchObject({ status: "KILLED", statusReason: "cancelled by bob" });
      const [ask, go] = run.steps;
      expect(go?.state).toBe("KILLED");
      expect(ask?.state).toBe(approved?.status === "fulfilled" ? "FINISHED" : "KILLED");
      if (approved?.status === "rejected") {
        expect(approved.reason).toMatchObject({
          code: "SLW_PIPELINE_DECIDED",
          details: { user: "bob", decision: "cancel" },
        });
      }
      expect(await auditOf(key.runId)).toEqual(["ann", "bob"]);
    }
  },
  60_000 + times * 1_000,
);
