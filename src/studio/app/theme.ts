/** Light, dark, or as the system is. */
import { useSyncExternalStore } from "react";
import { assumedViewer, onViewerKnown, type Theme } from "../viewer/index.ts";

const key = "slipway-theme";
const changed = new EventTarget();

/** As the document has it: the script in index.html has set it before the first paint. */
export function shownTheme(): Theme {
  return (document.documentElement.dataset["theme"] as Theme | undefined) ?? "system";
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => assumedViewer()?.theme ?? shownTheme());
}

function subscribe(listener: () => void): () => void {
  const stop = onViewerKnown(listener);
  changed.addEventListener("change", listener);
  return () => {
    stop();
    changed.removeEventListener("change", listener);
  };
}

export function setTheme(theme: Theme): void {
  if (theme === "system") {
    localStorage.removeItem(key);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(key, theme);
    document.documentElement.dataset["theme"] = theme;
  }
  changed.dispatchEvent(new Event("change"));
}
