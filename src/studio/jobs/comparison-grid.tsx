import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, type KeyboardEvent, type ReactElement } from "react";
import { useWorkspace } from "../app/index.ts";
import { Icon } from "../kit/index.ts";
import type { Cell, ComparisonTable, Head } from "./comparison-table.ts";
import styles from "./compare-page.module.css";

/** Pixels. */
const rowHeight = 32;
const columnWidth = 152;
const headHeight = 44;

/** A table of which only the cells in sight are drawn, both ways. Its first row and column stay. */
export function ComparisonGrid({ table: { columns, rows }, label }: { readonly table: ComparisonTable; readonly label: string }): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = (): HTMLDivElement | null => scroller.current;
  const down = useVirtualizer({ count: rows.length, getScrollElement, estimateSize: () => rowHeight, overscan: 6 });
  const across = useVirtualizer({ horizontal: true, count: columns.length, getScrollElement, estimateSize: () => columnWidth, overscan: 3 });
  const shownColumns = across.getVirtualItems();
  const width = across.getTotalSize();
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = scrolls[event.key];
    if (!by || event.target !== event.currentTarget) return;
    event.preventDefault();
    event.currentTarget.scrollBy({ left: by[0] * columnWidth, top: by[1] * rowHeight });
  };
  return (
    <div
      ref={scroller}
      className={styles.grid}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={styles.headRow} style={{ height: headHeight }}>
        <div role="row" aria-rowindex={1} className={styles.line}>
          <div role="columnheader" aria-colindex={1} className={styles.corner} />
          <div role="presentation" className={styles.track} style={{ width }}>
            {shownColumns.map(({ index, start, size }) => (
              <div
                key={columns[index]?.id}
                role="columnheader"
                aria-colindex={index + 2}
                className={styles.columnHead}
                style={{ left: start, width: size }}
              >
                <HeadText head={columns[index] as Head} before={columns[index - 1]} />
              </div>
            ))}
          </div>
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: down.getTotalSize(), width: `calc(var(--head) + ${width}px)` }}>
        {down.getVirtualItems().map(({ index, start, size }) => {
          const row = rows[index];
          return (
            <div
              key={row?.head.id}
              role="row"
              aria-rowindex={index + 2}
              className={styles.line}
              data-starts={row?.head.section !== rows[index - 1]?.head.section || undefined}
              style={{ top: start, height: size }}
            >
              <div role="rowheader" aria-colindex={1} className={styles.rowHead}>
                <HeadText head={row?.head as Head} before={rows[index - 1]?.head} />
              </div>
              <div role="presentation" className={styles.track} style={{ width }}>
                {shownColumns.map((column) => (
                  <GridCell key={column.index} column={column.index} left={column.start} width={column.size} cell={row?.cells[column.index]} />
                ))}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const scrolls: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  j: [0, 1],
  k: [0, -1],
};

function HeadText({ head, before }: { readonly head: Head; readonly before: Head | undefined }): ReactElement {
  const workspace = useWorkspace();
  if (head.run !== undefined)
    return (
      <Link to="/w/$workspace/jobs/$run" params={{ workspace, run: head.run }} className={styles.headText} title={head.label}>
        {head.label}
      </Link>
    );
  return (
    <span className={styles.headText} title={head.label}>
      {head.section !== before?.section && <span className={styles.section}>{head.section}</span>}
      {head.label}
    </span>
  );
}

interface GridCellProps {
  readonly column: number;
  readonly cell: Cell | undefined;
  /** Pixels. */
  readonly left: number;
  readonly width: number;
}

function GridCell({ column, cell, left, width }: GridCellProps): ReactElement {
  return (
    <div
      role="cell"
      aria-colindex={column + 2}
      className={styles.cell}
      data-best={cell?.isBest || undefined}
      style={{ left, width }}
      title={cell?.text ?? undefined}
    >
      {cell?.isBest && (
        <span className={styles.best} role="img" aria-label="Best">
          <Icon name="check" size={12} />
        </span>
      )}
      <span className={styles.cellText}>{cell?.text ?? "–"}</span>
    </div>
  );
}
