import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { infinite } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { EmptyState, ErrorCard } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { validSort } from "./run-words.ts";
import { RunsTable } from "./runs-table.tsx";

const pageSize = 100;

/** The parts of a run. @param run id */
export function RunChildren({ run }: { readonly run: string }): ReactElement {
  const workspace = useWorkspace();
  const [search, change] = useRunSearch();
  const sort = validSort(search.sort);
  const children = useInfiniteQuery(
    infinite("listRuns", { workspace, query: { parent: run, limit: pageSize, ...(sort !== undefined && { sort }) } }),
  );
  if (children.error) return <ErrorCard error={children.error} command={`slipway runs list --parent ${run}`} />;
  return (
    <RunsTable
      label="Parts of the run"
      runs={children.data?.pages.flatMap(({ items }) => items) ?? []}
      cols={["-experiment"]}
      sort={sort}
      onSort={(by) => change({ sort: by === "-start" ? undefined : by }, { replace: true })}
      isLoading={children.isPending}
      hasMore={children.hasNextPage}
      onMore={() => void children.fetchNextPage()}
      empty={<EmptyState title="The run has no parts">Runs that name it as their parent stand here.</EmptyState>}
    />
  );
}
