import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { api, tell } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, ConfirmDialog, CopyAs, Dialog, slipwayCommand, TextField } from "../kit/index.ts";

interface BulkProps {
  /** Ids. */
  readonly runs: readonly string[];
  readonly onDone: () => void;
}

/** Requests that are under way at a time. */
const atOnce = 6;

/** Does something to each run, as many as can be. @returns to do it, and whether it is being done */
function useForEach(runs: readonly string[], what: (run: string) => Promise<unknown>) {
  const queryClient = useQueryClient();
  const [pending, setPending] = useState(false);
  const run = async (success: string): Promise<void> => {
    setPending(true);
    const waiting = [...runs];
    const failures: Error[] = [];
    const work = async (): Promise<void> => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
        await what(id).catch((error: unknown) => failures.push(error as Error));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    setPending(false);
    if (failures.length === 0) tell({ text: success, tone: "ok" });
    else tell({ text: `${failures.length} of ${runs.length} failed: ${failures[0]?.message}`, tone: "fail" });
    await queryClient.invalidateQueries();
  };
  return { run, pending };
}

const count = (runs: readonly string[]): string => `${runs.length} ${runs.length === 1 ? "run" : "runs"}`;

export function TagRuns({ runs, onDone }: BulkProps): ReactElement {
  const workspace = useWorkspace();
  const [isOpen, setOpen] = useState(false);
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const tags = { [key.trim()]: value };
  const each = useForEach(runs, (run) => api.updateRun({ workspace, run, body: { tags } }));
  const isReady = key.trim() !== "";
  const submit = async (): Promise<void> => {
    if (!isReady) return;
    await each.run(`${count(runs)} tagged`);
    setOpen(false);
    onDone();
  };
  return (
    <Dialog
      title={`Tag ${count(runs)}`}
      trigger={<Button>Tag</Button>}
      isOpen={isOpen}
      onOpenChange={setOpen}
      actions={(close) => (
        <>
          <CopyAs rest={{ method: "PATCH", path: `/api/v1/workspaces/${workspace}/runs/${runs[0]}`, body: { tags } }} />
          <Button onPress={close}>Cancel</Button>
          <Button variant="primary" isDisabled={!isReady} isPending={each.pending} onPress={() => void submit()}>
            Tag
          </Button>
        </>
      )}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField label="Name" value={key} onChange={setKey} maxLength={250} autoFocus isRequired />
        <TextField label="Value" value={value} onChange={setValue} maxLength={20_000} onSubmit={() => void submit()} />
      </form>
    </Dialog>
  );
}

export function DeleteRuns({ runs, onDone }: BulkProps): ReactElement {
  const workspace = useWorkspace();
  const each = useForEach(runs, (run) => api.deleteRun({ workspace, run }));
  return (
    <ConfirmDialog
      title={`Delete ${count(runs)}`}
      trigger={<Button isPending={each.pending}>Delete</Button>}
      confirmLabel="Delete"
      isDanger
      onConfirm={async () => {
        await each.run(`${count(runs)} deleted`);
        onDone();
      }}
      cli={runs.map((run) => slipwayCommand(["runs", "delete", run], workspace)).join("\n")}
    >
      Their parts are deleted with them. They can be restored until deleted runs are purged.
    </ConfirmDialog>
  );
}
