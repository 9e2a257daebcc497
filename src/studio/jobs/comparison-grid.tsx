import { Link } from "@tanstack/react-router";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { useMemo, useRef, type KeyboardEvent, type ReactElement } from "react";
import { useWorkspace } from "../app/index.ts";
import { Icon } from "../kit/index.ts";
import type { Cell, ComparisonTable, Head } from "./comparison-table.ts";
import styles from "./compare-page.module.css";

/** Pixels. */
const rowHeight = 32;
const columnWidth = 152;
const headHeight = 44;

interface ComparisonGridProps {
  readonly table: ComparisonTable;
  /** Name of the table for screen readers. */
  readonly label: string;
}

/** A table of which only the cells in sight are drawn, both ways. Its first row and column stay. */
export function ComparisonGrid({ table: { columns, rows }, label }: ComparisonGridProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = (): HTMLDivElement | null => scroller.current;
  const lines = useMemo(() => linesOf(rows), [rows]);
  const down = useVirtualizer({ count: lines.length, getScrollElement, estimateSize: () => rowHeight, overscan: 6 });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement,
    estimateSize: () => columnWidth,
    overscan: 3,
  });
  const shown = across.getVirtualItems();
  const width = across.getTotalSize();
  return (
    <div
      ref={scroller}
      className={styles.grid}
      role="table"
      aria-label={label}
      aria-rowcount={lines.length + 1}
      aria-colcount={columns.length + 1}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <HeadRow
        columns={columns}
        corner={rows[0]?.head.run === undefined ? "Logged" : "Run"}
        shown={shown}
        width={width}
      />
      <div
        role="rowgroup"
        className={styles.body}
        style={{ height: down.getTotalSize(), width: `calc(var(--head) + ${width}px)` }}
      >
        {down.getVirtualItems().map((item) => (
          <BodyRow
            key={lines[item.index]?.id}
            item={item}
            line={lines[item.index] as Line}
            shown={shown}
            width={width}
          />
        ))}
      </div>
    </div>
  );
}

interface Across {
  /** The columns in sight. */
  readonly shown: readonly VirtualItem[];
  /** Of all columns, in pixels. */
  readonly width: number;
}

function HeadRow(props: Across & { readonly columns: readonly Head[]; readonly corner: string }): ReactElement {
  const { columns, corner, shown, width } = props;
  return (
    <div role="rowgroup" className={styles.headRow} style={{ height: headHeight }}>
      <div role="row" aria-rowindex={1} className={styles.line}>
        <div role="columnheader" aria-colindex={1} className={styles.corner}>
          {corner}
        </div>
        <div role="presentation" className={styles.track} style={{ width }}>
          {shown.map(({ index, start, size }) => (
            <div
              key={columns[index]?.id}
              role="columnheader"
              aria-colindex={index + 2}
              className={styles.columnHead}
              style={{ left: start, width: size }}
            >
              <HeadText head={columns[index] as Head} isNamed />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function BodyRow(props: Across & { readonly item: VirtualItem; readonly line: Line }): ReactElement {
  const { item, line, shown, width } = props;
  return (
    <div
      role="row"
      aria-rowindex={item.index + 2}
      className={styles.line}
      style={{ top: item.start, height: item.size }}
    >
      <div role="rowheader" aria-colindex={1} className={styles.rowHead}>
        {line.row ? <HeadText head={line.row.head} /> : <strong>{line.id}</strong>}
      </div>
      <div role="presentation" className={styles.track} style={{ width }}>
        {shown.map(({ index, start, size }) => (
          <GridCell key={index} column={index} left={start} width={size} cell={line.row?.cells[index]} />
        ))}
      </div>
    </div>
  );
}

interface Line {
  readonly id: string;
  /** Absent: the title of a section. */
  readonly row?: ComparisonTable["rows"][number];
}

/** The rows, with a title before each section. */
function linesOf(rows: ComparisonTable["rows"]): Line[] {
  return rows.flatMap((row, index): Line[] => {
    const { id, section } = row.head;
    const starts = section !== undefined && section !== rows[index - 1]?.head.section;
    return [...(starts ? [{ id: section }] : []), { id, row }];
  });
}

/** Arrows move by a row or a column. */
function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
  const by = scrolls[event.key];
  if (!by || event.target !== event.currentTarget) return;
  event.preventDefault();
  event.currentTarget.scrollBy({ left: by[0] * columnWidth, top: by[1] * rowHeight });
}

const scrolls: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  j: [0, 1],
  k: [0, -1],
};

/** @param isNamed says the section, too */
function HeadText({ head, isNamed = false }: { readonly head: Head; readonly isNamed?: boolean }): ReactElement {
  const workspace = useWorkspace();
  if (head.run !== undefined)
    return (
      <Link
        to="/w/$workspace/jobs/$run"
        params={{ workspace, run: head.run }}
        className={styles.headText}
        title={head.label}
      >
        {head.label}
      </Link>
    );
  return (
    <span className={styles.headText} title={head.label}>
      {isNamed && <span className={styles.section}>{head.section}</span>}
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
      <span className={styles.cellText}>{cell && (cell.text ?? "–")}</span>
    </div>
  );
}
