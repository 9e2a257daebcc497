import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { ArtifactEntry } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { EmptyState, ErrorCard, Notice, Skeleton } from "../kit/index.ts";
import { ArtifactPreview } from "./artifact-preview.tsx";
import { ArtifactTree } from "./artifact-tree-view.tsx";
import { foldersAbove, parentOf, treeRows } from "./artifact-tree.ts";
import { useRunSearch } from "./use-run-search.ts";
import styles from "./run-outputs.module.css";

/**
 * A run's files as a tree, which asks for a folder as it is opened, and the file that is chosen beside it. Stands on a
 * page at /jobs/$run, whose `path` and `folders` it uses. @param run id
 */
export function RunOutputs({ run }: { readonly run: string }): ReactElement {
  const [{ path, folders = [] }, change] = useRunSearch();
  // The way to what is chosen is open too.
  const { root, listings, open } = useFolders(
    run,
    [...(path === undefined ? [""] : foldersAbove(path)), ...folders],
    path,
  );
  if (root.error) return <ErrorCard error={root.error} />;
  if (!root.data) return <Skeleton height={360} />;
  if (root.data.items.length === 0)
    return (
      <EmptyState title="The run has no files" command={`mlflow.log_artifact("report.html")`}>
        What it saves as artifacts stands here.
      </EmptyState>
    );
  const chosen = path === undefined ? undefined : listings.get(parentOf(path))?.find((entry) => entry.path === path);
  // What the lines of another file or of the log were asked for is not meant.
  const choose = (next: string | undefined, opened = folders): void =>
    change({ path: next, folders: opened, find: undefined, level: undefined });
  const onToggle = (folder: string, isOpen: boolean): void => {
    const others = folders.filter((other) => !isWithin(other, folder));
    if (isOpen) choose(folder, [...others, folder]);
    else if (path !== undefined && isWithin(path, folder)) choose(parentOf(folder) || undefined, others);
    else change({ folders: others }, { replace: true });
  };
  const isGone = path !== undefined && !chosen && listings.has(parentOf(path));
  return (
    <div className={styles.outputs}>
      <ArtifactTree rows={treeRows(listings, open)} chosen={path} onChoose={choose} onToggle={onToggle} />
      <div className={styles.preview}>
        {isGone && <Notice tone="warn">There is no file {path} in this run.</Notice>}
        {chosen && <ArtifactPreview key={chosen.path} run={run} entry={chosen} items={listings.get(chosen.path)} />}
        {path === undefined && (
          <EmptyState title="Choose a file">Text, tables, JSON and pictures are shown here.</EmptyState>
        )}
      </div>
    </div>
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The listings of these folders, and of the chosen path where its parent says that it is one. */
function useFolders(run: string, above: readonly string[], path: string | undefined) {
  const workspace = useWorkspace();
  const options = (folder: string) =>
    query("listRunArtifacts", { workspace, run, query: folder === "" ? {} : { folder } });
  const known = [...new Set(["", ...above])];
  const answers = useQueries({ queries: known.map(options) });
  const listings = new Map<string, readonly ArtifactEntry[]>();
  for (const [index, folder] of known.entries()) {
    const items = answers[index]?.data?.items;
    if (items) listings.set(folder, items);
  }
  const isFolder =
    path !== undefined && listings.get(parentOf(path))?.some((item) => item.path === path && item.isFolder);
  const own = useQuery({ ...options(path ?? ""), enabled: isFolder === true }).data;
  if (isFolder && own) listings.set(path, own.items);
  const open = new Set([...known, ...(isFolder ? [path] : [])]);
  return { root: answers[0] as (typeof answers)[number], listings, open };
}
