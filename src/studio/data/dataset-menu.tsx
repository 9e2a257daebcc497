import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Dataset, DatasetVersion } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  apiPath,
  restOf,
  slipwayCommand,
  ConfirmDialog,
  CopyAs,
  Dialog,
  Button,
  Menu,
  TextArea,
} from "../kit/index.ts";
import { DeriveDialog } from "./derive-dialog.tsx";

interface Props {
  readonly dataset: Dataset;
  readonly version: DatasetVersion | undefined;
}

/** Where the rows of a version are downloaded; by default of the latest. */
export function downloadPath(workspace: string, dataset: string, version: number | "latest"): string {
  return apiPath(workspace, "datasets", dataset, "versions", String(version), "download");
}

/** What else can be done with a dataset. */
export function DatasetMenu({ dataset, version }: Props) {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"describe" | "archive" | "derive" | null>(null);
  const { name, archivedAt } = dataset;
  const download = (): void => {
    // A link of the browser, so that a file of any size goes to the disk as it comes.
    location.assign(downloadPath(workspace, name, version?.version ?? "latest"));
  };
  const newVersion = (): void =>
    void navigate({ to: "/w/$workspace/data/new", params: { workspace }, search: { dataset: name } });
  return (
    <>
      <Menu
        label="More"
        items={[
          { id: "version", label: "New version", onAction: newVersion },
          ...(version
            ? [
                { id: "derive", label: "Filter, sample or split", onAction: () => setOpen("derive") },
                { id: "download", label: "Download", onAction: download },
              ]
            : []),
          { id: "describe", label: "Describe", onAction: () => setOpen("describe") },
          {
            id: "archive",
            label: archivedAt === null ? "Archive" : "Take back",
            onAction: () => setOpen("archive"),
            danger: archivedAt === null,
          },
        ]}
      />
      {open === "describe" && <DescribeDialog dataset={dataset} onClose={() => setOpen(null)} />}
      {open === "archive" && <ArchiveDialog dataset={dataset} onClose={() => setOpen(null)} />}
      {open === "derive" && version && <DeriveDialog version={version} onClose={() => setOpen(null)} />}
    </>
  );
}

interface DialogProps {
  readonly dataset: Dataset;
  readonly onClose: () => void;
}

export function DescribeDialog({ dataset: { name, description }, onClose }: DialogProps) {
  const workspace = useWorkspace();
  const update = useAction("updateDataset");
  const [text, setText] = useState(description);
  const body = { description: text };
  return (
    <Dialog
      title={`Describe ${name}`}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      actions={(close) => (
        <>
          <CopyAs rest={restOf("PATCH", workspace, "datasets", name, "", body)} />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            onPress={() => void update.run({ workspace, dataset: name, body }).then(close, () => undefined)}
          >
            Save
          </Button>
        </>
      )}
    >
      <TextArea label="Description" value={text} onChange={setText} rows={4} autoFocus />
    </Dialog>
  );
}

export function ArchiveDialog({ dataset: { name, archivedAt }, onClose }: DialogProps) {
  const workspace = useWorkspace();
  const update = useAction("updateDataset", { success: archivedAt === null ? "Archived" : "Taken back" });
  const archived = archivedAt === null;
  return (
    <ConfirmDialog
      title={archived ? `Archive ${name}` : `Take back ${name}`}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      confirmLabel={archived ? "Archive" : "Take back"}
      isDanger={archived}
      onConfirm={() => update.run({ workspace, dataset: name, body: { archived } })}
      cli={slipwayCommand(["data", archived ? "archive" : "unarchive", name], workspace)}
      rest={restOf("PATCH", workspace, "datasets", name, "", { archived })}
    >
      <p>
        {archived
          ? "It is left out of lists and takes no new versions; the versions that it has stay."
          : "It stands in lists again, and takes new versions."}
      </p>
    </ConfirmDialog>
  );
}
