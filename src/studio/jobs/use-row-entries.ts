import { useNavigate } from "@tanstack/react-router";
import type { RunItem } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import type { MenuEntry, Selection } from "../kit/index.ts";

/** What the menu of a run offers in a list whose rows can be selected. */
export function useRowEntries(selection: Selection | undefined): (run: RunItem) => MenuEntry[] {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  return ({ id, parentId }) => {
    const entries: MenuEntry[] = [];
    const others = selection?.ids.filter((other) => other !== id) ?? [];
    if (others.length > 0)
      entries.push({
        id: "compare",
        label: others.length === 1 ? "Compare with the selected run" : `Compare with ${others.length} selected runs`,
        onAction: () =>
          void navigate({ to: "/w/$workspace/compare", params: { workspace }, search: { runs: [id, ...others] } }),
      });
    else if (selection) {
      const isSelected = selection.ids.includes(id);
      entries.push({
        id: "select",
        label: isSelected ? "Take out of the selection" : "Select to compare",
        onAction: () => selection.onChange(isSelected ? [] : [id]),
      });
    }
    if (parentId !== null)
      entries.push({
        id: "parent",
        label: "Open its parent run",
        onAction: () => void navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run: parentId } }),
      });
    return entries;
  };
}
