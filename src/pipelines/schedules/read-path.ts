/** What lies at a path of a datastore now. */
import { loadDatastores, type DatasetServices } from "../../data/index.ts";
import { SlipwayError } from "../../base/index.ts";
import type { PathState, ReadPath } from "./fire-data.ts";

/** Files below a path that are looked at. */
const mostFiles = 10_000;
const pageSize = 1_000;

/** A path with a slash at its end, or none, is a folder with all below it. */
export function createPathReader(services: Pick<DatasetServices, "database" | "secrets" | "reach">): ReadPath {
  return async ({ workspaceId, datastore, path }) => {
    const { openDatastore } = await loadDatastores();
    const opened = await openDatastore(services, { workspaceId, datastore });
    const files: Record<string, string> = {};
    const isFolder = path === "" || path.endsWith("/");
    const folders = [isFolder ? path : path.slice(0, path.lastIndexOf("/") + 1)];
    try {
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        for (let cursor: string | undefined; ;) {
          const page = await opened.listPaths(folder, { limit: pageSize, ...(cursor !== undefined && { cursor }) });
          for (const { path: name, size, modifiedAt } of page.items) {
            if (name.endsWith("/")) folders.push(...(isFolder ? [name] : []));
            else if (isFolder || name === path) files[name] = `${size ?? ""} ${modifiedAt?.toISOString() ?? ""}`;
          }
          if (Object.keys(files).length > mostFiles) throw tooMany(datastore, path);
          cursor = page.nextCursor;
          if (cursor === undefined) break;
        }
      }
    } finally {
      await opened.close();
    }
    return files satisfies PathState;
  };
}

function tooMany(datastore: string, path: string): SlipwayError {
  return new SlipwayError("SLW_SCHEDULE_TRIGGER", `There are more than ${mostFiles} files at ${datastore}:${path}.`, {
    fix: "Watch a folder with fewer files.",
  });
}
