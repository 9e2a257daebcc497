import type { KeyboardEvent } from "react";

/** A handler of keys that does the form's work with Ctrl and Enter, from any of its fields. */
export function onCtrlEnter(work: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    work();
  };
}
