import { useSuspenseQuery } from "@tanstack/react-query";
import type { QueuedRun } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, Bytes, DataTable, EmptyState, RelativeTime, restOf, slipwayCommand } from "../kit/index.ts";

/** Runs that wait for a worker, the next first, each with what it waits for. */
export function QueueTable() {
  const workspace = useWorkspace();
  const { items } = useSuspenseQuery(query("listQueue", { workspace, query: {} })).data;
  const cancel = useAction("cancelRun", { success: "The run is taken out of the queue" });
  return (
    <DataTable<QueuedRun>
      label="Queue"
      rows={items}
      rowId={({ run }) => run}
      rowHref={({ run }) => ({ to: "/w/$workspace/jobs/$run", params: { workspace, run } })}
      rowMenu={({ run }) => ({
        cli: slipwayCommand(["runs", "show", run], workspace),
        rest: restOf("GET", workspace, "runs", run),
        actions: [
          {
            id: "cancel",
            label: "Cancel",
            description: slipwayCommand(["runs", "cancel", run], workspace),
            onAction: () => void cancel.run({ workspace, run }).catch(() => undefined),
          },
        ],
      })}
      columns={[
        { id: "position", header: "Next", cell: ({ position }) => position, align: "end", width: 60 },
        { id: "run", header: "Run", cell: ({ run, kind }) => `${kind} ${run.slice(0, 8)}`, cardPrimary: true },
        { id: "target", header: "Target", cell: ({ target }) => target },
        { id: "reason", header: "Waits for", cell: ({ reason }) => reason, cardSecondary: true },
        { id: "cores", header: "Cores", cell: ({ cores }) => cores, align: "end" },
        { id: "memory", header: "Memory", cell: ({ memory }) => <Bytes value={memory} />, align: "end" },
        { id: "since", header: "Since", cell: ({ queuedAt }) => <RelativeTime at={queuedAt} /> },
        {
          id: "cancel",
          header: "Actions",
          align: "end",
          cell: ({ run }) => (
            <Button
              size="small"
              variant="quiet"
              aria-label={`Cancel ${run.slice(0, 8)}`}
              onPress={() => void cancel.run({ workspace, run }).catch(() => undefined)}
            >
              Cancel
            </Button>
          ),
        },
      ]}
      empty={<EmptyState title="Nothing waits">Runs begin as soon as they are started.</EmptyState>}
    />
  );
}
