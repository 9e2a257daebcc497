import { useSyncExternalStore } from "react";

const narrow = typeof matchMedia === "function" ? matchMedia("(max-width: 500px)") : null;

function subscribe(onChange: () => void): () => void {
  narrow?.addEventListener("change", onChange);
  return () => narrow?.removeEventListener("change", onChange);
}

/** Whether the window is that of a phone: at most 500 px wide. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow?.matches ?? false);
}
