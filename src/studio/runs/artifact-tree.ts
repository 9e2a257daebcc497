/** A run's files as the rows of a tree, of which only the folders that are open have been asked for. */
import type { ArtifactEntry } from "../../contract/index.ts";

export interface TreeRow {
  readonly entry: ArtifactEntry;
  /** The last part of the path. */
  readonly name: string;
  /** 1 at the root. */
  readonly level: number;
  readonly isOpen: boolean;
  /** The folder is open, and its files are under way. */
  readonly isLoading: boolean;
  /** Place among its siblings, from 1, and how many there are. */
  readonly position: number;
  readonly siblings: number;
}

/** "a/b/c": "", "a", "a/b", and with itself "a/b/c". */
export function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, count) => parts.slice(0, count).join("/"));
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * @param listings by folder, "" the root; absent while under way
 * @param open folders that are open
 */
export function treeRows(
  listings: ReadonlyMap<string, readonly ArtifactEntry[]>,
  open: ReadonlySet<string>,
  folder = "",
  level = 1,
): TreeRow[] {
  const entries = (listings.get(folder) ?? []).toSorted(byKindAndName);
  return entries.flatMap((entry, index) => {
    const isOpen = entry.isFolder && open.has(entry.path);
    const row: TreeRow = {
      entry,
      name: nameOf(entry.path),
      level,
      isOpen,
      isLoading: isOpen && !listings.has(entry.path),
      position: index + 1,
      siblings: entries.length,
    };
    return isOpen ? [row, ...treeRows(listings, open, entry.path, level + 1)] : [row];
  });
}

const order = new Intl.Collator("en", { numeric: true });

/** Folders first, and part-2 before part-10. */
function byKindAndName(a: ArtifactEntry, b: ArtifactEntry): number {
  return Number(b.isFolder) - Number(a.isFolder) || order.compare(a.path, b.path);
}
