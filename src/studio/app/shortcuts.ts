/** Keys that work on every page, while nothing is being typed. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { places } from "./places.ts";

/** Milliseconds in which the second key of two must follow. */
const together = 1200;

export function useShortcuts(workspace: string, open: (what: "palette" | "help") => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goSince = -Infinity;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const place = performance.now() - goSince < together && places.find(({ key }) => key === event.key);
      goSince = event.key === "g" ? performance.now() : -Infinity;
      if (place) void navigate({ to: place.to, params: { workspace } } as never);
      else if (event.key === "/") open("palette");
      else if (event.key === "?") open("help");
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, open, workspace]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type)) ||
      // In a dialog or a menu keys belong to it.
      target.closest("[role=dialog], [role=menu], [role=listbox]") !== null)
  );
}
