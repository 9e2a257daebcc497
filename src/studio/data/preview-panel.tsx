import { useQueries, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import type { DatasetRows } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ErrorCard, formatNumber, Skeleton } from "../kit/index.ts";
import styles from "./data.module.css";
import type { PanelProps } from "./panel.ts";
import { previewInput, previewRows } from "./search.ts";

/** As in data.module.css. */
const rowHeight = 30;

/** All rows: those in sight are asked for, page by page. */
export function PreviewPanel({ dataset, version, onChange }: PanelProps) {
  const workspace = useWorkspace();
  const first = useQuery(query("previewDataset", previewInput(workspace, dataset, String(version.version), 0)));
  if (first.error) return <ErrorCard error={first.error} />;
  if (!first.data) return <Skeleton />;
  return (
    <Rows
      dataset={dataset}
      version={version.version}
      first={first.data}
      onColumn={(column) => onChange({ tab: "profile", column })}
    />
  );
}

interface RowsProps {
  readonly dataset: string;
  readonly version: number;
  readonly first: DatasetRows;
  readonly onColumn: (name: string) => void;
}

function Rows({ dataset, version, first, onColumn }: RowsProps) {
  const { columns, totalRows } = first;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: totalRows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const cellsAt = useCells(dataset, version, first, shown);
  return (
    <>
      <div ref={scroller} className={styles.grid} tabIndex={0} role="region" aria-label={`Rows of ${dataset}`}>
        <div className={styles.table} role="table" aria-rowcount={totalRows + 1} aria-colcount={columns.length}>
          <Head columns={columns} onColumn={onColumn} />
          <div className={styles.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {shown.map(({ index, start }) => (
              <div
                key={index}
                role="row"
                aria-rowindex={index + 2}
                className={styles.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                {columns.map(({ name, type }, at) => (
                  <div key={name} role="cell" className={styles.value} data-type={type}>
                    <Value cells={cellsAt(index)} at={at} />
                  </div>
                ))}
              </div>
            ))}
          </div>
        </div>
      </div>
      <p className={styles.muted}>
        {formatNumber(totalRows)} rows, {columns.length} columns. A column’s header opens its profile.
      </p>
    </>
  );
}

function Head({ columns, onColumn }: Pick<DatasetRows, "columns"> & Pick<RowsProps, "onColumn">) {
  return (
    <div className={styles.head} role="rowgroup">
      <div className={styles.row} role="row" aria-rowindex={1}>
        {columns.map(({ name, type }) => (
          <div key={name} role="columnheader">
            <button type="button" title={`Profile of ${name}`} onClick={() => onColumn(name)}>
              <span className={styles.name}>{name}</span>
              <span className={styles.about}>{type}</span>
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}

type Cells = DatasetRows["rows"][number];

function Value({ cells, at }: { readonly cells: Cells | undefined; readonly at: number }) {
  if (cells === undefined) return <span className={styles.none}>…</span>;
  const value = cells[at] ?? null;
  return value === null ? <span className={styles.none}>empty</span> : String(value);
}

/** Cells of a row once its page is there. */
function useCells(
  dataset: string,
  version: number,
  first: DatasetRows,
  shown: readonly { readonly index: number }[],
): (row: number) => Cells | undefined {
  const workspace = useWorkspace();
  const [settled] = useState(first);
  const wanted = [...new Set(shown.map(({ index }) => Math.floor(index / previewRows)))].filter((page) => page > 0);
  const pages = useQueries({
    queries: wanted.map((page) => query("previewDataset", previewInput(workspace, dataset, String(version), page))),
  });
  return (row) => {
    const page = Math.floor(row / previewRows);
    const found = page === 0 ? settled : pages[wanted.indexOf(page)]?.data;
    return found?.rows[row % previewRows];
  };
}
