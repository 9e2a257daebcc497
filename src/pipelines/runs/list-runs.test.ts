import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { serverActor } from "../../store/index.ts";
import { publishPipeline } from "../published/index.ts";
import { listPipelineRuns, type PipelineRunFilter, type PipelineRunItem } from "./list-runs.ts";
import { command, openTestPipelines, type TestPipelines } from "./test-pipelines.ts";

let pipelines: TestPipelines;
const ids: string[] = [];

beforeAll(async () => {
  pipelines = await openTestPipelines();
  const { database, workspaceId } = pipelines;
  pipelines.startWorkers();
  pipelines.startRuns({ firstPause: 1 });
  const definition = { name: "published", steps: { go: command("emit x=1") } };
  const version = await publishPipeline(database, { workspaceId, id: newId(), definition, actor: serverActor });
  ids.push(await pipelines.submit({}, { pipeline: version, name: "by name" }));
  ids.push(
    await pipelines.submit({
      load: command("emit x=1"),
      each: command("emit score=${{item}}", { for_each: [3, 1, 2], needs: ["load"] }),
      skipped: command("emit x=1", { if: "steps.load.outputs.x > 1" }),
      bad: command("fail", { needs: ["each"] }),
      after: command("emit x=1", { needs: ["bad"] }),
    }),
  );
  ids.push(await pipelines.submit({ inner: { type: "pipeline", pipeline: "published" } }));
  for (const id of ids) await pipelines.ended(id);
  ids.push(await pipelines.submit({ ask: { type: "approval", message: "Is it good?" } }));
  await pipelines.until(ids[3] as string, ({ steps }) => steps[0]?.state === "APPROVAL");
});
afterAll(() => pipelines?.close());

async function list(filter: Partial<PipelineRunFilter> = {}, limit = 2): Promise<PipelineRunItem[]> {
  const found: PipelineRunItem[] = [];
  for (let cursor: string | undefined; ;) {
    const { database, workspaceId } = pipelines;
    const page = await listPipelineRuns(database, { workspaceId, ...filter }, { limit, cursor });
    found.push(...page.items);
    if (page.nextCursor === undefined) return found;
    cursor = page.nextCursor;
  }
}
const idsOf = (runs: readonly PipelineRunItem[]): string[] => runs.map(({ id }) => id);

describe("runs of pipelines are listed", () => {
  test("the newest first, over pages, without those that are a step of another", async () => {
    expect(idsOf(await list())).toEqual(ids.toReversed());
    expect(await pipelines.database.selectFrom("pipeline_runs").select("run_id").execute()).toHaveLength(5);
  });

  test("as each of them says of itself", async () => {
    for (const item of await list()) {
      const run = await pipelines.read(item.id);
      const { id, name, status, statusReason, scheduleId, counts, user, createdAt, startedAt, endedAt } = run;
      const own = { id, name, status, statusReason, scheduleId, counts, user, startedAt, endedAt };
      expect({ ...item, createdAt: null }).toEqual({
        ...own,
        createdAt: null,
        pipeline: run.definition.name,
        version: run.version?.version ?? null,
      });
      expect(Math.abs(item.createdAt.getTime() - createdAt.getTime())).toBeLessThan(1000);
    }
    expect((await list())[2]?.counts).toEqual({ FINISHED: 4, FAILED: 1, SKIPPED: 2 });
  });

  test.each<[string, Partial<PipelineRunFilter>, number[]]>([
    ["a pipeline", { pipeline: "published" }, [0]],
    ["no pipeline of this name", { pipeline: "other" }, []],
    ["a status", { statuses: ["FAILED"] }, [1]],
    ["several", { statuses: ["FINISHED", "RUNNING"] }, [3, 2, 0]],
    ["a schedule", { scheduleId: "none" }, []],
    ["another workspace", { workspaceId: "other" }, []],
  ])("of %s", async (_, filter, expected) => {
    expect(idsOf(await list(filter))).toEqual(expected.map((index) => ids[index]));
  });
});
