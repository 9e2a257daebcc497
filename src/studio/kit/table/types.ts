import type { LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { MenuEntry } from "../menu.tsx";
import type { RestCall } from "../snippets.ts";

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** end: numbers. */
  readonly align?: "start" | "end";
  /** Pixels, or a track of a CSS grid such as "2fr"; by default the first column takes twice the room of the others. */
  readonly width?: number | string;
  /** The header becomes a button that calls onSort with this column's id. */
  readonly sortable?: boolean;
  /** The first click on the header sorts the largest first: for times and scores. */
  readonly descendingFirst?: boolean;
  /** Whether `hidden` of the table may name it; true by default but for the first column. */
  readonly hideable?: boolean;
  /** Stands in the first line of the card that a row becomes below 500 px; by default the first column. */
  readonly cardPrimary?: boolean;
  /** Stands in the second line of the card; by default the second and third column. */
  readonly cardSecondary?: boolean;
}

export interface Sort {
  /** Id of the column. */
  readonly by: string;
  readonly descending: boolean;
}

export interface Selection {
  /** Ids of the selected rows, loaded or not. */
  readonly ids: readonly string[];
  readonly onChange: (ids: string[]) => void;
  /** At most so many; further boxes are then disabled. */
  readonly max?: number;
}

/** Where a row leads: an address of the studio, or what the router's Link takes. */
export type RowHref = string | Pick<LinkProps, "to" | "params" | "search">;

/** What the menu of a row offers besides opening it and copying its link. */
export interface RowMenu {
  /** The command that shows the row's object. */
  readonly cli?: string;
  /** The request that reads it. */
  readonly rest?: RestCall;
  /** What the object allows as it is now. */
  readonly actions?: readonly MenuEntry[];
}

export interface DataTableProps<Row> {
  /** Name of the table for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** Name of a row for screen readers; its id by default. */
  readonly rowLabel?: (row: Row) => string;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly selection?: Selection;
  /** Called by Enter and by a click on the row. With rowHref not needed. */
  readonly onOpen?: (row: Row) => void;
  /** Makes the first column a link to the row's page; Enter and a click on the row go there, too. */
  readonly rowHref?: (row: Row) => RowHref;
  /** Actions of a row: a menu at its end, and at the row that keys act on by ".". Rows that have a page have it anyway. */
  readonly rowMenu?: (row: Row) => RowMenu;
  /** Id of the row whose details are open beside the table: it is marked. */
  readonly openId?: string;
  /** Ids of columns that are not shown. */
  readonly hidden?: readonly string[];
  /** The server has more rows than are loaded. */
  readonly hasMore?: boolean;
  /** Asks for the next page; called once for every number of loaded rows, when the end comes near. */
  readonly onMore?: () => void;
  /** Stands in place of rows where there are none. */
  readonly empty?: ReactNode;
  /** The first page is under way: the rows are drawn as grey bars. */
  readonly isLoading?: boolean;
  /** Height of the part that scrolls, in CSS; by default what is left of the window, at most 1,440 px. */
  readonly maxHeight?: string;
}
