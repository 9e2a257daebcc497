import type { ReactElement, ReactNode } from "react";
import type { RunItem } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { DataTable, sortedBy, type DataTableProps, type Selection } from "../kit/index.ts";
import { useRunMenu } from "../runs/index.ts";
import { useRowEntries } from "./use-row-entries.ts";
import { runColumns } from "./run-columns.tsx";
import { useExperimentNames } from "./experiment-names.ts";

export interface RunsTableProps extends Pick<
  DataTableProps<RunItem>,
  "hasMore" | "onMore" | "isLoading" | "maxHeight"
> {
  readonly label: string;
  readonly runs: readonly RunItem[];
  /** As in the address: see runColumns. */
  readonly cols?: readonly string[];
  /** A field, with a dash before it for descending order. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  readonly selection?: Selection;
  readonly empty?: ReactNode;
}

/** Runs as a table; each row is a link to the run. */
export function RunsTable({ runs, label, cols = [], sort, onSort, ...rest }: RunsTableProps): ReactElement {
  const workspace = useWorkspace();
  const experimentName = useExperimentNames();
  const { menuOf, dialog } = useRunMenu();
  const entriesOf = useRowEntries(rest.selection);
  return (
    <>
      <DataTable
        {...rest}
        label={label}
        columns={
          onSort
            ? runColumns(cols, experimentName)
            : runColumns(cols, experimentName).map((column) => ({ ...column, sortable: false }))
        }
        rows={runs}
        rowId={({ id }) => id}
        rowLabel={({ name }) => name}
        rowHref={({ id }) => `/w/${encodeURIComponent(workspace)}/jobs/${encodeURIComponent(id)}`}
        rowMenu={(run) => menuOf(run, entriesOf(run))}
        {...(onSort && sortedBy(sort ?? "-start", onSort))}
      />
      {dialog}
    </>
  );
}
