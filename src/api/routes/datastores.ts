import { SlipwayError } from "../../base/index.ts";
import { operations, type Datastore as DatastoreBody } from "../../contract/index.ts";
import { loadDatastores, type Datastore } from "../../data/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

const { checkReach, createDatastore, deleteDatastore, getDatastore, listDatastores, openDatastore } =
  await loadDatastores();

/** Items of a page where the client does not say how many. */
const defaultLimit = 50;

export function datastoreRoutes(services: Services): Route[] {
  const { database, reach } = services;
  return [
    route(operations.listDatastores, async ({ query, workspace }) => {
      const page = await listDatastores(database, workspace.id, pageRequest(query));
      return { ...page, items: page.items.map(toBody) };
    }),
    route(operations.createDatastore, async ({ body, workspace, actor, idempotentId }) => {
      await checkReach(body.config, reach);
      const given = { ...body, id: idempotentId, workspaceId: workspace.id };
      return toBody(await createDatastore(services, given, actor));
    }),
    route(operations.getDatastore, async ({ params, workspace }) =>
      toBody(await getDatastore(database, { workspaceId: workspace.id, datastore: params.datastore })),
    ),
    route(operations.deleteDatastore, ({ params, workspace, actor }) =>
      deleteDatastore(database, { workspaceId: workspace.id, datastore: params.datastore }, actor).then(
        () => undefined,
      ),
    ),
    route(operations.testDatastore, ({ params, workspace }) =>
      test(services, { workspaceId: workspace.id, datastore: params.datastore }),
    ),
    route(operations.listDatastorePaths, async ({ params, query, workspace }) => {
      const datastore = await openDatastore(services, { workspaceId: workspace.id, datastore: params.datastore });
      try {
        const { folder = "", limit = defaultLimit, cursor } = query;
        const page = await datastore.listPaths(folder, { limit, ...(cursor !== undefined && { cursor }) });
        const items = page.items.map((item) => ({ ...item, modifiedAt: item.modifiedAt?.toISOString() ?? null }));
        return { ...page, items };
      } finally {
        await datastore.close();
      }
    }),
  ];
}

/** What is wrong is the answer, not a failure of the question. */
async function test(
  services: Services,
  ref: { workspaceId: string; datastore: string },
): Promise<{ ok: boolean; milliseconds: number; code: string | null; message: string | null }> {
  await getDatastore(services.database, ref);
  const started = performance.now();
  const milliseconds = (): number => Math.round(performance.now() - started);
  try {
    const datastore = await openDatastore(services, ref);
    await datastore.test().finally(() => datastore.close());
    return { ok: true, milliseconds: milliseconds(), code: null, message: null };
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === "SLW_INTERNAL") throw error;
    return { ok: false, milliseconds: milliseconds(), code: error.code, message: error.message };
  }
}

function toBody({ name, kind, description, settings, hasCredentials, createdBy, createdAt }: Datastore): DatastoreBody {
  return { name, kind, description, settings, hasCredentials, createdBy, createdAt: createdAt.toISOString() };
}
