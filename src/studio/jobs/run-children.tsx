import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { infinite } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { EmptyState, ErrorCard, pagesOf } from "../kit/index.ts";
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
  const { rows, ...more } = pagesOf(children);
  return (
    <RunsTable
      {...more}
      label="Parts of the run"
      runs={rows}
      cols={["-experiment"]}
      sort={sort}
      onSort={(by) => change({ sort: by === "-start" ? undefined : by }, { replace: true })}
      isLoading={children.isPending}
      empty={<EmptyState title="The run has no parts">Runs that name it as their parent stand here.</EmptyState>}
    />
  );
}
