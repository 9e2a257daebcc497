import { findJobs, listQueue } from "../../compute/index.ts";
import type { Page, Queryable } from "../../store/index.ts";
import { searchRuns, type RunStatus } from "../../tracking/index.ts";
import type { AutoMLRun } from "./automl-runs.ts";
import { automlKind, type AutoMLSpec } from "./automl-spec.ts";

export interface AutoMLRunSearch {
  readonly workspaceId: string;
  /** Name of a dataset that they were given: letters, digits, underscore, dot and dash. */
  readonly dataset?: string | undefined;
  /** Part of their names, in any case; _ stands for any sign, % for any number of them. */
  readonly name?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  /** As in RunSearch; the newest first where it is absent. */
  readonly orderBy?: readonly string[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** By few statements, however many. @throws SLW_API_CURSOR */
export async function listAutoMLRuns(database: Queryable, search: AutoMLRunSearch): Promise<Page<AutoMLRun>> {
  const { workspaceId, dataset, name, statuses, orderBy, limit, cursor } = search;
  const filter = [
    ...(dataset === undefined ? [] : [`dataset.name = '${dataset}'`]),
    ...(name === undefined ? [] : [`attributes.run_name ILIKE ${partOf(name)}`]),
  ];
  const page = await searchRuns(database, {
    workspaceId,
    kinds: ["automl"],
    limit,
    params: [],
    inputs: false,
    ...(filter.length > 0 && { filter: filter.join(" AND ") }),
    ...(statuses !== undefined && { statuses }),
    ...(orderBy !== undefined && { orderBy }),
    ...(cursor !== undefined && { cursor }),
  });
  const runIds = page.items.map(({ id }) => id);
  const jobs = await findJobs(database, { workspaceId, runIds });
  const waiting = [...jobs.values()].some(({ state }) => state === "QUEUED");
  const queue = waiting ? await listQueue(database, { workspaceId, runIds }) : [];
  const positions = new Map(queue.map(({ runId, position }) => [runId, position]));
  const items = page.items.flatMap((run) => {
    const job = jobs.get(run.id);
    // One that somebody logged by hand, as of this kind, has nothing that computes it.
    if (job?.kind !== automlKind) return [];
    return [{ run, job, spec: job.spec as unknown as AutoMLSpec, queuePosition: positions.get(run.id) ?? null }];
  });
  return { ...page, items };
}

/** As the filter's language writes a text that has this part; it has no way to write its own signs % and _. */
function partOf(text: string): string {
  return `'%${text.replaceAll("'", "''")}%'`;
}
