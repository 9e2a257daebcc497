/** What can be done to a model as a whole. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { RegisteredModel } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { Button, ConfirmDialog, CopyAs, Dialog, Menu, TextArea, shellQuoted } from "../kit/index.ts";
import { restOf } from "./rest.ts";

interface ModelMenuProps {
  readonly workspace: string;
  readonly model: RegisteredModel;
}

export function ModelMenu({ workspace, model }: ModelMenuProps) {
  const { name, archivedAt } = model;
  const [asks, setAsks] = useState<"describe" | "delete" | null>(null);
  const archive = useAction("updateModel", {
    success: archivedAt === null ? `${name} is archived` : `${name} is back in lists`,
  });
  const change = (archived: boolean): void =>
    void archive.run({ workspace, model: name, body: { archived } }).catch(() => undefined);
  return (
    <>
      <Menu
        label="More actions"
        icon="more"
        items={[
          { id: "describe", label: "Describe", icon: "pencil", onAction: () => setAsks("describe") },
          {
            id: "archive",
            label: archivedAt === null ? "Archive" : "Bring back from the archive",
            icon: "archive",
            onAction: () => change(archivedAt === null),
          },
          {
            id: "delete",
            label: "Delete",
            icon: "trash",
            danger: true,
            startsGroup: true,
            onAction: () => setAsks("delete"),
          },
        ]}
      />
      {asks === "describe" && <DescribeDialog workspace={workspace} model={model} onClose={() => setAsks(null)} />}
      <DeleteDialog
        workspace={workspace}
        name={name}
        isOpen={asks === "delete"}
        onOpenChange={(isOpen) => setAsks(isOpen ? "delete" : null)}
      />
    </>
  );
}

interface DeleteDialogProps {
  readonly workspace: string;
  readonly name: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

function DeleteDialog({ workspace, name, isOpen, onOpenChange }: DeleteDialogProps) {
  const navigate = useNavigate();
  const remove = useAction("deleteModel", { success: `${name} is deleted` });
  const confirm = async (): Promise<void> => {
    // Left before its data are read again: they are no longer there.
    await navigate({ to: "/w/$workspace/models", params: { workspace }, search: {} });
    await remove.run({ workspace, model: name });
  };
  return (
    <ConfirmDialog
      title={`Delete ${name}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      confirmLabel="Delete"
      typeName={name}
      onConfirm={confirm}
      extra={
        <CopyAs cli={`slipway models delete ${shellQuoted(name)} --all`} rest={restOf("DELETE", workspace, name)} />
      }
    >
      <p>All its versions and their files go. A version that is in use keeps the server from it.</p>
    </ConfirmDialog>
  );
}

function DescribeDialog({
  workspace,
  model: { name, description: before },
  onClose,
}: ModelMenuProps & { readonly onClose: () => void }) {
  const [description, setDescription] = useState(before);
  const update = useAction("updateModel", { success: `${name} is described` });
  return (
    <Dialog
      title={`Describe ${name}`}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      actions={
        <>
          <CopyAs rest={restOf("PATCH", workspace, name, "", { description })} />
          <Button onPress={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isPending={update.pending}
            isDisabled={description === before}
            onPress={() =>
              void update.run({ workspace, model: name, body: { description } }).then(onClose, () => undefined)
            }
          >
            Save
          </Button>
        </>
      }
    >
      <TextArea
        label="Description"
        rows={4}
        maxLength={10_000}
        value={description}
        onChange={setDescription}
        autoFocus
      />
    </Dialog>
  );
}
