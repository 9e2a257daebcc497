/** What is in a version of a dataset: rows, profile, file, differences. */
import { operations, type DatasetComparison, type DatasetRows, type TableProfile } from "../../contract/index.ts";
import { loadDatasets } from "../../data/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { parseVersion, versionRef } from "./version-ref.ts";

const { compareVersions, downloadVersion, getProfile, getVersion, previewRows, sampleRows } = await loadDatasets();

/** Rows where the client does not say how many. */
const defaultRows = 100;

export function contentRoutes(services: Services): Route[] {
  const { database } = services;
  return [
    route(
      operations.getDatasetProfile,
      async ({ params, workspace }) => (await getProfile(database, versionRef(workspace, params))) as TableProfile,
    ),
    route(operations.previewDataset, async ({ params, query, workspace, signal }) => {
      const { offset = 0, limit = defaultRows, columns = null } = query;
      const request = { ...versionRef(workspace, params), offset, limit, columns };
      return (await previewRows(services, request, signal)) as DatasetRows;
    }),
    route(operations.sampleDataset, async ({ params, query, workspace, signal }) => {
      const { rows = defaultRows, seed = 0, columns = null } = query;
      const request = { ...versionRef(workspace, params), rows, seed, columns };
      return (await sampleRows(services, request, signal)) as DatasetRows;
    }),
    route(operations.downloadDataset, async ({ params, query, workspace, signal }) => {
      const request = { ...versionRef(workspace, params), format: query.format };
      const { stream, size, fileName } = await downloadVersion(services, request, signal);
      return { stream, length: size, fileName };
    }),
    route(operations.compareDatasetVersions, async ({ params, query, workspace, signal }) => {
      const ref = versionRef(workspace, params);
      const target = await getVersion(database, { ...ref, version: parseVersion(query.with) });
      const baseline = await getVersion(database, ref);
      const numbers = { baseline: baseline.version, target: target.version };
      const comparison = await compareVersions(services, { ...ref, ...numbers }, signal);
      const nameOf = ({ dataset, version }: typeof target): { dataset: string; version: number } => ({
        dataset,
        version,
      });
      return { baseline: nameOf(baseline), target: nameOf(target), ...comparison } as DatasetComparison;
    }),
  ];
}
