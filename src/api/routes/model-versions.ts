import { SlipwayError } from "../../base/index.ts";
import {
  operations,
  type ModelVersion as VersionBody,
  type ModelVersionComparison as ComparisonBody,
  type ModelVersionDetails as DetailsBody,
} from "../../contract/index.ts";
import {
  compareVersions,
  deleteVersion,
  listVersionFiles,
  listVersions,
  registerFromRun,
  registerUploads,
  resolveVersion,
  restrictVersion,
  transitionStage,
  unrestrictVersion,
  updateVersion,
  versionUses,
  type ModelVersion,
  type ModelVersionDetails,
  type VersionComparison,
  type VersionRef,
} from "../../registry/index.ts";
import type { Database } from "../../store/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route, type WorkspaceRef } from "../route.ts";
import type { Services } from "../services.ts";

export function modelVersionRoutes(services: Services): Route[] {
  return [...readingRoutes(services), ...changingRoutes(services)];
}

/** The number of the version that a path names. */
async function numbered(
  database: Database,
  workspace: WorkspaceRef,
  { model, version }: { readonly model: string; readonly version: string },
): Promise<VersionRef> {
  const found = await resolveVersion(database, { workspaceId: workspace.id, model, reference: version });
  return { workspaceId: workspace.id, model, version: found.version };
}

function readingRoutes({ database, artifacts }: Services): Route[] {
  return [
    route(operations.listModelVersions, async ({ params, query, workspace }) => {
      const { stage, status, kind } = query;
      const filter = { model: params.model, stage, status, kind };
      const page = await listVersions(database, { workspaceId: workspace.id, filter, page: pageRequest(query) });
      return { ...page, items: page.items.map(toVersionBody) };
    }),
    route(operations.getModelVersion, async ({ params, workspace }) => {
      const ref = { workspaceId: workspace.id, model: params.model, reference: params.version };
      return toDetailsBody(await resolveVersion(database, ref));
    }),
    route(operations.listModelVersionUses, async ({ params, workspace }) => {
      const uses = await versionUses(database, await numbered(database, workspace, params));
      return { items: uses.map(({ kind, name, since }) => ({ kind, name, since: since.toISOString() })) };
    }),
    route(operations.listModelVersionFiles, async ({ params, workspace }) => ({
      items: await listVersionFiles(database, await numbered(database, workspace, params)),
    })),
    route(operations.downloadModelVersionFile, async ({ params, workspace }) => {
      const files = await listVersionFiles(database, await numbered(database, workspace, params));
      const file = files.find(({ path }) => path === params.path);
      if (file === undefined) {
        throw new SlipwayError("SLW_REGISTRY_FILE", `The version has no file "${params.path.slice(0, 200)}".`);
      }
      const stream = await artifacts.read(file.sha256);
      return { stream, length: file.size, fileName: file.path.slice(file.path.lastIndexOf("/") + 1) };
    }),
    route(operations.compareModelVersions, async ({ params, query, workspace }) => {
      const a = await numbered(database, workspace, params);
      const b = await numbered(database, workspace, { model: query.withModel ?? params.model, version: query.with });
      return toComparisonBody(await compareVersions(database, { a, b }));
    }),
  ];
}

function changingRoutes({ database, artifacts }: Services): Route[] {
  return [
    route(operations.registerModelVersion, async ({ params, body, workspace, actor, idempotentId }) => {
      const { source, ...rest } = body;
      const ref = { workspaceId: workspace.id, model: params.model, createModel: true };
      const registration = { ...rest, ...ref, id: idempotentId, actor };
      const stores = { database, artifacts };
      const version =
        "run" in source
          ? await registerFromRun(stores, { ...registration, runId: source.run, path: source.path })
          : await registerUploads(stores, { ...registration, uploads: source.uploads });
      return toDetailsBody(version);
    }),
    route(operations.updateModelVersion, async ({ params, body, workspace, actor }) => {
      const ref = await numbered(database, workspace, params);
      return toDetailsBody(await updateVersion(database, { ...ref, changes: body, actor }));
    }),
    route(operations.deleteModelVersion, async ({ params, workspace, actor }) => {
      await deleteVersion(database, { ...(await numbered(database, workspace, params)), actor });
      return undefined;
    }),
    route(operations.setModelVersionStage, async ({ params, body, workspace, actor }) => {
      const ref = await numbered(database, workspace, params);
      return toDetailsBody(await transitionStage(database, { ...ref, ...body, actor }));
    }),
    route(operations.restrictModelVersion, async ({ params, body, workspace, actor }) => {
      const ref = await numbered(database, workspace, params);
      return toDetailsBody(await restrictVersion(database, { ...ref, ...body, actor }));
    }),
    route(operations.unrestrictModelVersion, async ({ params, workspace, actor }) => {
      const ref = await numbered(database, workspace, params);
      return toDetailsBody(await unrestrictVersion(database, { ...ref, actor }));
    }),
  ];
}

export function toVersionBody(version: ModelVersion): VersionBody {
  const { source, lineage, restriction } = version;
  return {
    model: version.model,
    version: version.version,
    description: version.description,
    tags: version.tags,
    stage: version.stage,
    status: version.status,
    statusMessage: version.statusMessage,
    kind: version.kind,
    algorithm: version.algorithm,
    task: version.task,
    target: version.target,
    primaryMetric: version.primaryMetric,
    metrics: version.metrics,
    params: version.params,
    sha256: version.primarySha256,
    size: version.size,
    source: { uri: source.uri, run: source.runId, path: source.artifactPath, loggedModel: source.loggedModelId },
    lineage: {
      dataset: lineage.dataset && { ...lineage.dataset },
      run: lineage.runId,
      codeCommit: lineage.codeCommit,
      registeredBy: lineage.registeredBy,
    },
    aliases: [...version.aliases],
    restriction: restriction && { ...restriction, at: restriction.at.toISOString() },
    createdAt: version.createdAt.toISOString(),
    updatedAt: version.updatedAt.toISOString(),
  };
}

function toDetailsBody(version: ModelVersionDetails): DetailsBody {
  const { inputs, outputs, members, rowMicroseconds, particulars } = version.contents;
  const contents = { inputs, outputs, members, rowMicroseconds, particulars } as DetailsBody["contents"];
  return { ...toVersionBody(version), contents };
}

function toComparisonBody({ a, b, ...comparison }: VersionComparison): ComparisonBody {
  return { ...(comparison as Omit<ComparisonBody, "a" | "b">), a: toVersionBody(a), b: toVersionBody(b) };
}
