import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useWorkspace } from "../app/index.ts";

/** "c" compares the selected runs, while nothing is being typed. */
export function useCompareKey(runs: readonly string[]): void {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  useEffect(() => {
    let isAfterGo = false;
    const onKey = (event: KeyboardEvent): void => {
      // "g c" goes to Compute.
      const follows = isAfterGo;
      isAfterGo = event.key === "g";
      if (event.key !== "c" || follows || runs.length < 2 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (
        event.target instanceof Element &&
        event.target.closest("input:not([type=checkbox]), textarea, select, [role=dialog], [role=menu]")
      )
        return;
      event.preventDefault();
      void navigate({ to: "/w/$workspace/compare", params: { workspace }, search: { runs: [...runs] } });
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, runs, workspace]);
}
