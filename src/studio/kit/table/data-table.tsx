/**
 * The studio's table: a grid of rows of which those in sight are in the page, so that 10,000 scroll as 50 do.
 * Keys: j, k, arrows, Home, End, PageUp, PageDown move; x and space select, shift with a move a range; Enter opens; "." opens the row's menu.
 */
import { useRouter } from "@tanstack/react-router";
import { useId, useMemo, useRef, type CSSProperties, type ReactElement, type RefObject } from "react";
import { formatNumber } from "../format.ts";
import { Spinner } from "../icon.tsx";
import { shownColumns, tracksOf } from "./columns.ts";
import { TableHeader } from "./header.tsx";
import { useIsNarrow } from "./media.ts";
import { openRow } from "./row-link.tsx";
import { RowMenu, useRowMenu } from "./row-menu.tsx";
import { TableRow } from "./row.tsx";
import type { Column, DataTableProps } from "./types.ts";
import { useGridKeys, type GridKeys } from "./use-grid-keys.ts";
import { useMore, useRowsInSight, type RowsInSight } from "./use-rows.ts";
import styles from "./data-table.module.css";

const rowHeight = 36;
const cardHeight = 56;

export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { columns: allColumns, hidden, rows, rowId, selection, hasMore = false, isLoading = false } = props;
  const isCard = useIsNarrow();
  const base = useId();
  const grid = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => shownColumns(allColumns, hidden), [allColumns, hidden]);
  const order = useMemo(() => rows.map(rowId), [rows, rowId]);
  const height = isCard ? cardHeight : rowHeight;
  const headHeight = isCard ? 0 : rowHeight;
  const inSight = useRowsInSight({ grid, base, count: rows.length, height, headHeight, maxHeight: props.maxHeight });
  const open = useOpen(props);
  const menu = useRowMenu(props, order);
  const { scrollTo } = inSight;
  const keys = useGridKeys({ grid, order, selection, open, openMenu: menu?.open, scrollTo, rowHeight: height });
  useMore(props, inSight.items.at(-1)?.index ?? 0);
  return (
    <div className={styles.frame}>
      <Grid {...props} {...{ grid, base, columns, inSight, isCard, keys, order }} hasMenu={menu !== null} />
      {!isLoading && rows.length === 0 && <div className={styles.empty}>{props.empty ?? "Nothing here yet."}</div>}
      <TableFooter
        count={rows.length}
        hasMore={hasMore}
        selected={selection?.ids.length ?? 0}
        said={menu?.said ?? ""}
      />
      {menu?.row && <RowMenu {...menu.row} key={menu.row.id} base={base} />}
    </div>
  );
}

interface GridProps<Row> extends RowsProps<Row> {
  readonly grid: RefObject<HTMLDivElement | null>;
}

/** The part that scrolls and has the focus: header and rows. */
function Grid<Row>({ grid, ...props }: GridProps<Row>): ReactElement {
  const { base, columns, isCard, keys, order, rows, selection, hasMenu, hasMore = false, isLoading = false } = props;
  const tracks = tracksOf(columns, selection !== undefined, hasMenu);
  const style = {
    "--columns": tracks.template,
    "--table-width": `${tracks.minWidth}px`,
    ...(props.maxHeight !== undefined && { maxHeight: props.maxHeight }),
  } as CSSProperties;
  // Cards have no header: without rows there is nothing to be a grid of.
  const isGrid = !isCard || rows.length > 0;
  return (
    <div
      ref={grid}
      role={isGrid ? "grid" : undefined}
      aria-label={isGrid ? props.label : undefined}
      aria-rowcount={isGrid ? (hasMore ? -1 : rows.length + (isCard ? 0 : 1)) : undefined}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={keys.active >= 0 ? `${base}-${keys.active}` : undefined}
      aria-busy={isLoading || undefined}
      tabIndex={isGrid ? 0 : undefined}
      className={styles.grid}
      style={style}
      onKeyDown={keys.onKeyDown}
    >
      {!isCard && <TableHeader {...{ columns, selection, order, hasMenu }} sort={props.sort} onSort={props.onSort} />}
      {rows.length > 0 && <Rows {...props} />}
      {isLoading && rows.length === 0 && <LoadingRows />}
    </div>
  );
}

function useOpen<Row>({ rows, onOpen, rowHref }: DataTableProps<Row>): (index: number) => void {
  const router = useRouter({ warn: false });
  return (index) => {
    const row = rows[index];
    if (row === undefined) return;
    if (onOpen) onOpen(row);
    else if (rowHref) openRow(router, rowHref(row));
  };
}

interface RowsProps<Row> extends Omit<DataTableProps<Row>, "columns"> {
  readonly base: string;
  /** Those that are shown. */
  readonly columns: readonly Column<Row>[];
  readonly inSight: RowsInSight;
  readonly isCard: boolean;
  readonly keys: GridKeys;
  readonly order: readonly string[];
  readonly hasMenu: boolean;
}

function Rows<Row>(props: RowsProps<Row>): ReactElement {
  const { base, columns, inSight, isCard, keys, order, rows, rowId, rowLabel = rowId, rowHref, selection } = props;
  const selected = useMemo(() => new Set(selection?.ids), [selection?.ids]);
  const isFull = selection?.max !== undefined && selection.ids.length >= selection.max;
  return (
    <div
      role="rowgroup"
      className={styles.body}
      style={inSight.totalHeight === null ? undefined : { height: inSight.totalHeight }}
    >
      {inSight.items.map(({ index, top }) => {
        const row = rows[index];
        const id = order[index];
        if (row === undefined || id === undefined) return null;
        return (
          <TableRow
            key={id}
            row={row}
            index={index}
            elementId={`${base}-${index}`}
            label={rowLabel(row)}
            columns={columns}
            isCard={isCard}
            top={top}
            isActive={index === keys.active}
            isOpen={id === props.openId}
            isSelected={selection ? selected.has(id) : null}
            isSelectable={!isFull}
            canOpen={Boolean(props.onOpen ?? rowHref)}
            rowHref={rowHref}
            onSelect={keys.onSelect}
            onRowClick={keys.onRowClick}
            onMenu={props.hasMenu ? keys.onMenu : undefined}
          />
        );
      })}
    </div>
  );
}

function LoadingRows(): ReactElement {
  return (
    <div className={styles.loading} aria-hidden="true" data-loading="">
      {Array.from({ length: 8 }, (_item, index) => (
        <div key={index} className={styles.bar} />
      ))}
    </div>
  );
}

function TableFooter(props: {
  readonly count: number;
  readonly hasMore: boolean;
  readonly selected: number;
  /** What an action has come to. */
  readonly said: string;
}) {
  const { count, hasMore, selected, said } = props;
  if (count === 0) return null;
  const rows = `${formatNumber(count)} ${count === 1 ? "row" : "rows"}`;
  return (
    <div className={styles.footer}>
      {hasMore && <Spinner size={12} />}
      <span>{hasMore ? `${rows} loaded, more as you scroll` : rows}</span>
      <span role="status">{said}</span>
      {selected > 0 && <span className={styles.selected}>{formatNumber(selected)} selected</span>}
    </div>
  );
}
