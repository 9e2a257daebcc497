/** What opens below a button: the native popover, which closes by Escape and by a click elsewhere. */
import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
} from "react";
import { Button, type ButtonProps } from "./button.tsx";
import styles from "./popup.module.css";

export interface PopupProps extends Pick<ButtonProps, "variant" | "size" | "icon" | "isDisabled" | "aria-label"> {
  /** What stands in the button. */
  readonly button?: ReactNode;
  readonly role: "menu" | "dialog";
  /** Name of what opens. */
  readonly label: string;
  readonly isWide?: boolean;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLDivElement>, close: () => void) => void;
  /** Drawn while it is open. */
  readonly children: (close: () => void) => ReactNode;
}

/** Pixels between the button and what opens, and from there to the window's edge. */
const gap = 4;
const margin = 8;

export function Popup(props: PopupProps): ReactElement {
  const { button, role, label, isWide = false, onKeyDown, children, ...look } = props;
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = (): void => document.getElementById(id)?.hidePopover();
  useEffect(() => {
    if (!isOpen || !popup.current || !trigger.current) return;
    place(popup.current, trigger.current);
    focusFirst(popup.current);
    return closeWhenMoved(popup);
  }, [isOpen]);
  return (
    <>
      <Button
        {...look}
        ref={trigger}
        aria-haspopup={role}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onPress={() => popup.current?.togglePopover({ source: trigger.current ?? undefined } as never)}
      >
        {button}
      </Button>
      <div
        ref={popup}
        id={id}
        popover="auto"
        role={role}
        aria-label={label}
        tabIndex={-1}
        className={isWide ? `${styles.popup} ${styles.wide}` : styles.popup}
        onToggle={(event) => setOpen(event.newState === "open")}
        onKeyDown={(event) => onKeyDown?.(event, close)}
      >
        {isOpen && children(close)}
      </div>
    </>
  );
}

/** Below the button, ends aligned; above it where there is more room; always within the window. */
export function place(popup: HTMLElement, trigger: HTMLElement): void {
  const anchor = trigger.getBoundingClientRect();
  const below = innerHeight - anchor.bottom - gap - margin;
  const above = anchor.top - gap - margin;
  const isBelow = popup.offsetHeight <= below || below >= above;
  popup.style.maxHeight = `${Math.max(80, isBelow ? below : above)}px`;
  const left = anchor.left + popup.offsetWidth > innerWidth - margin ? anchor.right - popup.offsetWidth : anchor.left;
  popup.style.left = `${Math.max(margin, Math.min(left, innerWidth - margin - popup.offsetWidth))}px`;
  popup.style.top = `${isBelow ? anchor.bottom + gap : anchor.top - gap - popup.offsetHeight}px`;
}

export function focusFirst(popup: HTMLElement): void {
  const first = popup.querySelector<HTMLElement>('[role^="menuitem"]:enabled, [role="tab"][tabindex="0"]');
  (first ?? popup).focus({ preventScroll: true });
}

/** What scrolls away under it, or another size of the window, closes it: it would hang in the air. */
export function closeWhenMoved(
  popup: RefObject<HTMLElement | null>,
  close = (): void => popup.current?.hidePopover(),
): () => void {
  const onMove = (event: Event): void => {
    if (event.target instanceof Node && popup.current?.contains(event.target)) return;
    close();
  };
  window.addEventListener("scroll", onMove, { capture: true, passive: true });
  window.addEventListener("resize", onMove);
  return () => {
    window.removeEventListener("scroll", onMove, { capture: true });
    window.removeEventListener("resize", onMove);
  };
}

/** Keys of a menu: arrows, Home, End, the first letter; Tab leaves and closes. */
export function menuKeys(event: KeyboardEvent<HTMLDivElement>, close: () => void): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]:enabled')];
  if (event.key === "Tab") return close();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = items.findIndex((item) => item === document.activeElement);
  const to = menuTarget(event.key, at, items);
  if (to === null) return;
  event.preventDefault();
  event.stopPropagation();
  items[to]?.focus();
}

function menuTarget(key: string, at: number, items: readonly HTMLElement[]): number | null {
  const count = items.length;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (Math.max(at, 0) - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key.length !== 1 || key === " ") return null;
  for (let step = 1; step <= count; step += 1) {
    const index = (at + step) % count;
    if (items[index]?.textContent.trim().toLowerCase().startsWith(key.toLowerCase())) return index;
  }
  return null;
}
