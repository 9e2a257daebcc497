import { afterAll, beforeAll, expect, test } from "vitest";
import { serverActor } from "../../store/index.ts";
import { createRun } from "../../tracking/index.ts";
import { cancelRun } from "./automl-runs.ts";
import { listAutoMLRuns, type AutoMLRunSearch } from "./list-automl-runs.ts";
import { openTestWorkspace, penguins, type TestWorkspace } from "./test-workspace.ts";

let workspace: TestWorkspace;
const ids: string[] = [];

beforeAll(async () => {
  workspace = await openTestWorkspace();
  await workspace.addDataset("birds", penguins);
  // No worker is started: they wait.
  const names = ["first 50%", "it's birds", "third"];
  for (const [n, dataset] of ["penguins", "birds", "penguins"].entries())
    ids.push(await workspace.create({ data: { dataset }, name: names[n] }));
  const { database, id: workspaceId } = workspace;
  await cancelRun(database, { workspaceId, runId: ids[0] as string, actor: serverActor });
  // One that a client logs as AutoML's, which nothing computes.
  await createRun(database, { workspaceId, experiment: 0, name: "by hand", kind: "automl", actor: serverActor });
});
afterAll(() => workspace?.close());

async function list(search: Partial<AutoMLRunSearch> = {}): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await listAutoMLRuns(workspace.database, { workspaceId: workspace.id, limit: 2, ...search, cursor });
    found.push(...page.items.map(({ run }) => run.id));
    if (page.nextCursor === undefined) return found;
    cursor = page.nextCursor;
  }
}

test("AutoML runs are listed as each of them says of itself", async () => {
  const { items } = await listAutoMLRuns(workspace.database, { workspaceId: workspace.id, limit: 10 });
  expect(items).toHaveLength(3);
  for (const item of items) {
    const { run, job, spec, queuePosition } = await workspace.read(item.run.id);
    expect(item).toEqual({ run: { ...run, params: {}, datasets: [] }, job, spec, queuePosition });
  }
  expect(items.map(({ queuePosition }) => queuePosition).toSorted()).toEqual([1, 2, null]);
});

test.each<[string, Partial<AutoMLRunSearch>, number[]]>([
  ["the newest first, over pages", {}, [2, 1, 0]],
  ["of a dataset", { dataset: "penguins" }, [2, 0]],
  ["of no dataset of this name", { dataset: "penguin" }, []],
  ["of a status", { statuses: ["KILLED"] }, [0]],
  ["of a dataset and a status", { dataset: "penguins", statuses: ["QUEUED"] }, [2]],
  ["with a part of their name, in any case", { name: "FIRST" }, [0]],
  ["with signs of the filter's language in their name", { name: "it's b" }, [1]],
  ["with signs of patterns in their name", { name: "50%" }, [0]],
  ["with no such name", { name: "49%" }, []],
  ["of a dataset, with a part of their name", { dataset: "penguins", name: "birds" }, []],
  ["of another workspace", { workspaceId: "other" }, []],
  ["the oldest first", { orderBy: ["start_time ASC"] }, [0, 1, 2]],
])("%s", async (_, search, expected) => {
  expect(await list(search)).toEqual(expected.map((index) => ids[index]));
});
