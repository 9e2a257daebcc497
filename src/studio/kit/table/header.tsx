import { useEffect, useRef, type ReactElement } from "react";
import { Icon } from "../icon.tsx";
import { VisuallyHidden } from "../layout.tsx";
import { allToggled } from "./selection.ts";
import type { Column, Selection, Sort } from "./types.ts";
import choice from "../choice.module.css";
import styles from "./data-table.module.css";

export interface HeaderProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
  readonly selection: Selection | undefined;
  /** Ids of the loaded rows. */
  readonly order: readonly string[];
  readonly hasMenu: boolean;
}

export function TableHeader<Row>({ columns, sort, onSort, selection, order, hasMenu }: HeaderProps<Row>): ReactElement {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        {selection && <SelectAll selection={selection} order={order} />}
        {columns.map((column) => (
          <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
        {hasMenu && (
          <div role="columnheader">
            <VisuallyHidden>Menu</VisuallyHidden>
          </div>
        )}
      </div>
    </div>
  );
}

interface HeaderCellProps<Row> extends Pick<HeaderProps<Row>, "sort" | "onSort"> {
  readonly column: Column<Row>;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>): ReactElement {
  const isSorted = sort?.by === column.id;
  const isDescending = isSorted ? sort.descending : (column.descendingFirst ?? false);
  const classes = column.align === "end" ? `${styles.headCell} ${styles.end}` : styles.headCell;
  if (!column.sortable || !onSort)
    return (
      <div role="columnheader" className={classes} title={column.header}>
        <span>{column.header}</span>
      </div>
    );
  return (
    <div role="columnheader" className={classes} aria-sort={ariaSort(isSorted, isDescending)}>
      <button
        type="button"
        className={styles.sort}
        title={column.header}
        data-sorted={isSorted || undefined}
        onClick={() => onSort({ by: column.id, descending: isSorted ? !isDescending : isDescending })}
      >
        <span>{column.header}</span>
        <Icon name={isDescending ? "arrowDown" : "arrowUp"} size={12} />
      </button>
    </div>
  );
}

function ariaSort(isSorted: boolean, isDescending: boolean): "none" | "ascending" | "descending" {
  if (!isSorted) return "none";
  return isDescending ? "descending" : "ascending";
}

function SelectAll({ selection, order }: { readonly selection: Selection; readonly order: readonly string[] }) {
  const box = useRef<HTMLInputElement>(null);
  const selected = new Set(selection.ids);
  const count = order.filter((id) => selected.has(id)).length;
  const isAll = count > 0 && count === order.length;
  useEffect(() => {
    if (box.current) box.current.indeterminate = count > 0 && !isAll;
  }, [count, isAll]);
  return (
    <div role="columnheader" className={styles.selection}>
      <input
        ref={box}
        type="checkbox"
        className={choice.box}
        aria-label="Select all loaded rows"
        checked={isAll}
        disabled={order.length === 0}
        onChange={() => selection.onChange(allToggled(selection.ids, order, selection.max))}
      />
    </div>
  );
}
