/** What is in a version of a dataset: rows, profile, file, differences. */
import { operations, type DatasetComparison, type DatasetRows, type TableProfile } from "../../contract/index.ts";
import { loadDatasets } from "../../data/index.ts";
import { byteRange } from "../byte-range.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { parseVersion, versionRef } from "./version-ref.ts";

const { compareVersions, downloadVersion, getProfile, getVersion, previewRows, sampleRows } = await loadDatasets();

const entityTag = (sha256: string): string => `"${sha256}"`;

/** If-Range names another file, or a date, which is no strong validator here: then the whole is sent (RFC 9110, 13.1.5). */
function isStale(header: string | string[] | undefined, sha256: string): boolean {
  return header !== undefined && header !== entityTag(sha256);
}

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
    route(operations.downloadDataset, async ({ params, query, headers, workspace, signal }) => {
      const chooseRange = (size: number, sha256: string) =>
        isStale(headers["if-range"], sha256) ? null : byteRange(headers["range"], size);
      const request = { ...versionRef(workspace, params), format: query.format, chooseRange };
      const { stream, size, fileName, sha256, range } = await downloadVersion(services, request, signal);
      return {
        stream,
        fileName,
        length: range ? range.end - range.start : size,
        ...(sha256 !== null && { etag: entityTag(sha256) }),
        ...(range && { contentRange: `bytes ${range.start}-${range.end - 1}/${size}` }),
      };
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
