/** The menu of a row: one for the table, drawn at the row that it was opened for. */
import { useRouter } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from "react";
import { copyText } from "../copy.tsx";
import { MenuItems, type MenuEntry } from "../menu.tsx";
import { closeWhenMoved, focusFirst, menuKeys, place } from "../popup.tsx";
import { curlOf } from "../snippets.ts";
import { addressOf, openRow } from "./row-link.tsx";
import type { DataTableProps, RowMenu as RowMenuOf } from "./types.ts";
import popupStyles from "../popup.module.css";

/** How long the footer says that something was copied, in ms. */
const confirmation = 1500;
/** After so many a row that is scrolled to has been drawn. */
const framesToDraw = 10;

interface OpenMenu {
  readonly id: string;
  readonly index: number;
  /** Name of the row. */
  readonly label: string;
  readonly items: readonly MenuEntry[];
  readonly onClose: () => void;
}

interface TableMenu {
  readonly open: (index: number) => void;
  /** Of the row whose menu is open. */
  readonly row: OpenMenu | null;
  /** What was copied; empty a moment later. */
  readonly said: string;
}

/** @returns null where rows have neither a page nor actions */
export function useRowMenu<Row>(props: DataTableProps<Row>, order: readonly string[]): TableMenu | null {
  const { rows, rowId, rowLabel = rowId, rowMenu, rowHref, onOpen } = props;
  const router = useRouter({ warn: false });
  const [id, setId] = useState<string | null>(null);
  const [said, say] = useSaid();
  if (!rowMenu && !rowHref) return null;
  const index = id === null ? -1 : order.indexOf(id);
  const row = rows[index];
  const onClose = (): void => setId(null);
  // Pressed again, the row's button closes it.
  const open = (at: number): void => setId((before) => (before === order[at] ? null : (order[at] ?? null)));
  if (row === undefined || id === null) return { open, row: null, said };
  const copy = (what: string, text: string): void =>
    void copyText(text).then((isCopied) => say(isCopied ? `${what} copied` : `${what} not copied`));
  const href = rowHref?.(row);
  const items: MenuEntry[] = [];
  if (onOpen) items.push({ id: "open", label: "Open", onAction: () => onOpen(row) });
  else if (href !== undefined) items.push({ id: "open", label: "Open", onAction: () => openRow(router, href) });
  if (href !== undefined) {
    const link = location.origin + addressOf(router, href);
    items.push({ id: "link", label: "Copy link", onAction: () => copy("Link", link) });
  }
  items.push(...twins(rowMenu?.(row) ?? {}, copy));
  return { open, row: { id, index, label: rowLabel(row), items, onClose }, said };
}

/** What the row is on a command line and on the wire; below them what can be done to it. */
function twins(menu: RowMenuOf, copy: (what: string, text: string) => void): MenuEntry[] {
  const { cli, rest, actions = [] } = menu;
  const [first, ...others] = actions;
  return [
    ...(cli === undefined ? [] : [{ id: "cli", label: "Copy as CLI", onAction: () => copy("Command", cli) }]),
    ...(rest
      ? [{ id: "curl", label: "Copy as curl", onAction: () => copy("curl", curlOf(rest, location.origin)) }]
      : []),
    ...(first ? [{ ...first, startsGroup: true }] : []),
    ...others,
  ];
}

function useSaid(): readonly [string, (text: string) => void] {
  const [said, say] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => say(""), confirmation);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, say];
}

/** @param props.base of the ids of the table's rows */
export function RowMenu({ base, index, label, items, onClose }: OpenMenu & { readonly base: string }): ReactElement {
  const popup = useRef<HTMLDivElement>(null);
  const rowElement = `${base}-${index}`;
  // Before the next frame: a key that follows at once is the menu's.
  useLayoutEffect(() => {
    let frame = 0;
    let stop = (): void => {};
    const show = (framesLeft: number): void => {
      const button = document.getElementById(rowElement)?.querySelector<HTMLElement>('[aria-haspopup="menu"]');
      // A row that was out of sight is drawn once it has been scrolled to.
      if (!button && framesLeft > 0) frame = requestAnimationFrame(() => show(framesLeft - 1));
      if (!popup.current || !button) return;
      if (!popup.current.matches(":popover-open")) popup.current.showPopover();
      place(popup.current, button);
      focusFirst(popup.current);
      // What scrolled to the row is told before the next frame: it is no reason to close.
      frame = requestAnimationFrame(() => (stop = closeWhenMoved(popup)));
    };
    show(framesToDraw);
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [rowElement]);
  const close = (): void => {
    popup.current?.hidePopover();
    // The browser tells of it later: meanwhile the key that opens it would be taken for one that closes it.
    onClose();
  };
  return (
    <div
      ref={popup}
      popover="auto"
      role="menu"
      aria-label={`Actions of ${label}`}
      tabIndex={-1}
      className={popupStyles.popup}
      onToggle={(event) => event.newState === "closed" && onClose()}
      onKeyDown={(event) => menuKeys(event, close)}
    >
      <MenuItems items={items} close={close} />
    </div>
  );
}
