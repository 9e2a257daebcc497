import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type RefObject } from "react";
import { movedTo } from "./movement.ts";
import { allToggled, movedRange, toggled, withRange } from "./selection.ts";
import type { Selection } from "./types.ts";

export interface GridKeysOptions {
  readonly grid: RefObject<HTMLDivElement | null>;
  /** Ids of the loaded rows. */
  readonly order: readonly string[];
  readonly selection: Selection | undefined;
  readonly open: (index: number) => void;
  /** Undefined: rows have no menu. */
  readonly openMenu: ((index: number) => void) | undefined;
  readonly scrollTo: (index: number) => void;
  /** Pixels. */
  readonly rowHeight: number;
}

export interface GridKeys {
  /** Index of the row that keys act on; -1: none. */
  readonly active: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onSelect: (index: number, isRange: boolean) => void;
  readonly onRowClick: (index: number, event: MouseEvent) => void;
  /** Of the button at the row's end. */
  readonly onMenu: (index: number) => void;
}

/** The active row is known by its id: it stays the same row when others come in above it. */
export function useGridKeys(options: GridKeysOptions): GridKeys {
  const { grid, order, selection, open, openMenu } = options;
  const [activeId, setActiveId] = useState<string | null>(null);
  const active = activeId === null ? -1 : order.indexOf(activeId);
  const activate = (index: number): void => setActiveId(order[index] ?? null);
  const ranges = useRanges(order, selection);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== grid.current || event.altKey) return;
    if (actOnKey(event, grid.current, { ...options, active, activate, ranges })) event.preventDefault();
  };
  const onSelect = (index: number, isRange: boolean): void => {
    activate(index);
    ranges.click(index, isRange);
  };
  const onRowClick = (index: number, event: MouseEvent): void => {
    if (!isForRow(event)) return;
    activate(index);
    open(index);
  };
  const onMenu = (index: number): void => {
    // The focus comes back to where it was: into the table, whose keys then act on this row.
    grid.current?.focus({ preventScroll: true });
    activate(index);
    openMenu?.(index);
  };
  useJumpIn(grid);
  return {
    active,
    onKeyDown,
    onSelect: useLatest(onSelect),
    onRowClick: useLatest(onRowClick),
    onMenu: useLatest(onMenu),
  };
}

interface KeyActions extends GridKeysOptions {
  readonly active: number;
  readonly activate: (index: number) => void;
  readonly ranges: Ranges;
}

/** @returns whether the key means something here */
function actOnKey(event: KeyboardEvent, grid: HTMLElement, actions: KeyActions): boolean {
  const { order, selection, open, openMenu, scrollTo, rowHeight, active, activate, ranges } = actions;
  const isAll = (event.ctrlKey || event.metaKey) && event.key === "a";
  if ((event.ctrlKey || event.metaKey) && !isAll) return false;
  const page = Math.floor((grid.clientHeight - rowHeight) / rowHeight);
  const to = isAll ? null : movedTo(event.key, active, order.length, page);
  if (to !== null) {
    activate(to);
    scrollTo(to);
    ranges.move(Math.max(active, 0), to, event.shiftKey);
  } else if (isAll && selection) selection.onChange(allToggled(selection.ids, order, selection.max));
  else if (event.key === "Enter" && active >= 0) open(active);
  else if (event.key === "." && active >= 0 && openMenu) {
    scrollTo(active);
    openMenu(active);
  } else if ((event.key === "x" || event.key === " ") && active >= 0) ranges.toggle(active);
  else return false;
  return true;
}

/** Is the click meant for the row, and not for a control in it or for its text? */
function isForRow(event: MouseEvent): boolean {
  if (event.defaultPrevented) return false;
  if ((event.target as Element).closest("a, button, dialog, input, label, select, textarea, [popover]")) return false;
  // Whoever marks text to copy it wants no other page.
  return !getSelection()?.toString();
}

interface Ranges {
  readonly toggle: (index: number) => void;
  readonly move: (from: number, to: number, isRange: boolean) => void;
  readonly click: (index: number, isRange: boolean) => void;
}

/** Ranges go from the row that was selected last, the anchor, to where a move or a click with shift leads. */
function useRanges(order: readonly string[], selection: Selection | undefined): Ranges {
  const [anchor, setAnchor] = useState<{ readonly at: number; readonly last: number } | null>(null);
  const toggle = (index: number): void => {
    const id = order[index];
    if (!selection || id === undefined) return;
    setAnchor({ at: index, last: index });
    selection.onChange(toggled(selection.ids, id, selection.max));
  };
  const move = (from: number, to: number, isRange: boolean): void => {
    if (!isRange || !selection) return setAnchor(null);
    const range = { anchor: anchor?.at ?? from, last: anchor?.last ?? from, to };
    setAnchor({ at: range.anchor, last: to });
    selection.onChange(movedRange(selection.ids, order, range, selection.max));
  };
  const click = (index: number, isRange: boolean): void => {
    if (!isRange || !anchor || !selection) return toggle(index);
    selection.onChange(withRange(selection.ids, order, anchor.at, index, selection.max));
  };
  return { toggle, move, click };
}

/** The latest function behind one that stays the same, so that rows in sight are not drawn again. */
function useLatest<Args extends unknown[]>(handler: (...args: Args) => void): (...args: Args) => void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}

/** j or k anywhere in the page, while nothing has the focus, goes into the first table. */
function useJumpIn(grid: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if ((event.key !== "j" && event.key !== "k") || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.defaultPrevented || document.activeElement !== document.body || !grid.current) return;
      event.preventDefault();
      grid.current.focus();
      grid.current.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, bubbles: true, cancelable: true }));
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [grid]);
}
