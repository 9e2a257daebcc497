import { useNavigate, useSearch } from "@tanstack/react-router";
import { isOpened, withOpened } from "./opened.ts";

/**
 * Whether a part of the page is open stands in its address, "?open=axes,-notes"; the page's route says that it has
 * `open`.
 */
export function useOpened(id: string, isOpenFirst = false): [boolean, (isOpen: boolean) => void] {
  const isOpen = useSearch({ strict: false, select: ({ open }) => isOpened(open, id, isOpenFirst) });
  const navigate = useNavigate();
  const setOpen = (next: boolean): void =>
    void navigate({
      to: ".",
      search: (before) => ({ ...before, open: withOpened(before.open, id, next, isOpenFirst) }),
      replace: true,
      resetScroll: false,
    });
  return [isOpen, setOpen];
}
