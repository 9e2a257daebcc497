import { SlipwayError } from "../../base/index.ts";
import { operations, type Experiment as ExperimentBody } from "../../contract/index.ts";
import { transaction, type Queryable } from "../../store/index.ts";
import {
  createExperiment,
  deleteExperiment,
  deleteExperimentTag,
  findExperimentByName,
  getExperiment,
  renameExperiment,
  restoreExperiment,
  searchExperiments,
  setExperimentTags,
  type Experiment,
  type ExperimentRef,
} from "../../tracking/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

const sortable = {
  name: "name",
  number: "experiment_id",
  created: "creation_time",
  updated: "last_update_time",
} as const;

export function experimentRoutes({ database }: Services): Route[] {
  return [
    route(operations.listExperiments, async ({ query: { filter, lifecycle, ...query }, workspace }) => {
      const { limit, cursor, sort } = pageRequest(query);
      const page = await searchExperiments(database, {
        workspaceId: workspace.id,
        limit,
        ...(cursor !== undefined && { cursor }),
        ...(sort !== undefined && { orderBy: [orderBy(sort)] }),
        ...(filter !== undefined && { filter }),
        ...(lifecycle !== undefined && { lifecycle }),
      });
      return { ...page, items: page.items.map(toBody) };
    }),
    route(operations.createExperiment, async ({ body, idempotentId, workspace, actor }) =>
      toBody(await createExperiment(database, { ...body, id: idempotentId, workspaceId: workspace.id, actor })),
    ),
    route(operations.getExperiment, async ({ params, workspace }) =>
      toBody(await findExperiment(database, workspace.id, params.experiment)),
    ),
    ...changeRoutes(database),
  ];
}

function changeRoutes(database: Services["database"]): Route[] {
  return [
    route(operations.updateExperiment, async ({ params, body: { name, tags = {} }, workspace, actor }) => {
      const { number } = await findExperiment(database, workspace.id, params.experiment);
      const ref: ExperimentRef = { workspaceId: workspace.id, number };
      return transaction(database, async (trx) => {
        if (name !== undefined) await renameExperiment(trx, { ...ref, name, actor });
        const entries = Object.entries(tags);
        const set = entries.filter((entry): entry is [string, string] => entry[1] !== null);
        if (set.length > 0) await setExperimentTags(trx, { ...ref, tags: Object.fromEntries(set), actor });
        for (const [key, value] of entries) if (value === null) await deleteExperimentTag(trx, { ...ref, key, actor });
        return toBody(await getExperiment(trx, ref));
      });
    }),
    route(operations.deleteExperiment, async ({ params, workspace, actor }) => {
      const { number } = await findExperiment(database, workspace.id, params.experiment);
      await deleteExperiment(database, { workspaceId: workspace.id, number, actor });
      return undefined;
    }),
    route(operations.restoreExperiment, async ({ params, workspace, actor }) => {
      const { number } = await findExperiment(database, workspace.id, params.experiment);
      return toBody(await restoreExperiment(database, { workspaceId: workspace.id, number, actor }));
    }),
  ];
}

/** Digits are a number; anything else is a name. @throws SLW_TRACKING_EXPERIMENT */
async function findExperiment(database: Queryable, workspaceId: string, given: string): Promise<Experiment> {
  if (/^\d{1,10}$/.test(given)) return getExperiment(database, { workspaceId, number: Number(given) });
  const found = given.includes("\0") ? null : await findExperimentByName(database, { workspaceId, name: given });
  if (found) return found;
  throw new SlipwayError("SLW_TRACKING_EXPERIMENT", `There is no experiment "${given}".`, {
    details: { experiment: given },
  });
}

/** @throws SLW_API_SORT */
function orderBy(sort: string): string {
  const descending = sort.startsWith("-");
  const field = descending ? sort.slice(1) : sort;
  if (!Object.hasOwn(sortable, field)) {
    const names = Object.keys(sortable);
    throw new SlipwayError("SLW_API_SORT", `The list cannot be sorted by "${field}".`, {
      fix: `Sort by ${names.join(", ")}, with a dash before the name for descending order.`,
      details: { expected: names, got: field },
    });
  }
  return `${sortable[field as keyof typeof sortable]}${descending ? " DESC" : ""}`;
}

function toBody(experiment: Experiment): ExperimentBody {
  const { number, name, artifactLocation, lifecycle, tags, createdAt, updatedAt } = experiment;
  return {
    number,
    name,
    artifactLocation,
    lifecycle,
    tags,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
