/** Light, dark, or as the system is. */
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
const key = "slipway-theme";
const changed = new EventTarget();

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      changed.addEventListener("change", listener);
      return () => changed.removeEventListener("change", listener);
    },
    () => (document.documentElement.dataset["theme"] as Theme | undefined) ?? "system",
  );
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
