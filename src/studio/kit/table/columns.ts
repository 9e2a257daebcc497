import type { Column } from "./types.ts";

/** The columns that are shown, in their order; the first is always. */
export function shownColumns<Row>(columns: readonly Column<Row>[], hidden: readonly string[] = []): Column<Row>[] {
  return columns.filter((column, index) => !isHideable(column, index) || !hidden.includes(column.id));
}

export function isHideable(column: { readonly hideable?: boolean }, index: number): boolean {
  return column.hideable ?? index > 0;
}

/** Pixels of the column with the selection's box. */
const selectionWidth = 36;
/** Pixels of the column with the row's menu. */
const menuWidth = 40;

/** Tracks of a row's grid: those of the selection's box and of every column. */
export interface Tracks {
  /** grid-template-columns */
  readonly template: string;
  /** Pixels below which the table scrolls sideways: header and rows then share their columns. */
  readonly minWidth: number;
}

export function tracksOf<Row>(columns: readonly Column<Row>[], hasSelection: boolean, hasMenu = false): Tracks {
  const tracks = columns.map((column, index) => {
    if (typeof column.width === "number") return `${column.width}px`;
    return column.width ?? (index === 0 ? "minmax(180px, 2fr)" : "minmax(96px, 1fr)");
  });
  if (hasSelection) tracks.unshift(`${selectionWidth}px`);
  if (hasMenu) tracks.push(`${menuWidth}px`);
  // A track without a smallest width, such as "2fr", is as narrow as what stands in it, which header and rows differ in.
  const bounded = tracks.map((track) => (/^[\d.]+fr$/.test(track) ? `minmax(96px, ${track})` : track));
  const minWidth = bounded.reduce((sum, track) => sum + Number(/([\d.]+)px/.exec(track)?.[1] ?? 96), 0);
  return { template: bounded.join(" "), minWidth };
}

/** What stands in the two lines of a card. */
export function cardLines<Row>(columns: readonly Column<Row>[]): readonly [Column<Row>[], Column<Row>[]] {
  const primary = columns.filter((column) => column.cardPrimary);
  const first = primary.length > 0 ? primary : columns.slice(0, 1);
  const secondary = columns.filter((column) => column.cardSecondary && !first.includes(column));
  return [first, secondary.length > 0 ? secondary : columns.filter((column) => !first.includes(column)).slice(0, 2)];
}
