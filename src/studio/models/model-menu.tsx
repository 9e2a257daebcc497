/** What can be done to a model as a whole: on its page, and in the list. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { RegisteredModel } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import {
  Button,
  ConfirmDialog,
  CopyAs,
  Dialog,
  Menu,
  TextArea,
  type MenuEntry,
  shellQuoted,
  restOf,
} from "../kit/index.ts";

interface ModelMenuProps {
  readonly workspace: string;
  readonly model: RegisteredModel;
}

export function ModelMenu({ workspace, model }: ModelMenuProps) {
  const navigate = useNavigate();
  const { entriesOf, dialog } = useModelEntries(workspace, () =>
    navigate({ to: "/w/$workspace/models", params: { workspace }, search: {} }),
  );
  return (
    <>
      <Menu label="More actions" icon="more" items={entriesOf(model)} />
      {dialog}
    </>
  );
}

/** @param leave the page of a model that is being deleted: its data are no longer there to be read again */
export function useModelEntries(workspace: string, leave?: () => Promise<void>) {
  const [asked, ask] = useState<{ readonly about: "describe" | "delete"; readonly model: RegisteredModel } | null>(
    null,
  );
  const archive = useAction("updateModel", { success: "The model's place in lists is changed" });
  const entriesOf = (model: RegisteredModel): MenuEntry[] => [
    { id: "describe", label: "Describe", icon: "pencil", onAction: () => ask({ about: "describe", model }) },
    {
      id: "archive",
      label: model.archivedAt === null ? "Archive" : "Bring back from the archive",
      icon: "archive",
      onAction: () =>
        void archive
          .run({ workspace, model: model.name, body: { archived: model.archivedAt === null } })
          .catch(() => undefined),
    },
    {
      id: "delete",
      label: "Delete",
      icon: "trash",
      danger: true,
      startsGroup: true,
      onAction: () => ask({ about: "delete", model }),
    },
  ];
  const close = (): void => ask(null);
  const dialog: ReactNode = asked && (
    <>
      {asked.about === "describe" && <DescribeDialog workspace={workspace} model={asked.model} onClose={close} />}
      {asked.about === "delete" && (
        <DeleteDialog workspace={workspace} name={asked.model.name} leave={leave} onClose={close} />
      )}
    </>
  );
  return { entriesOf, dialog };
}

interface DeleteDialogProps {
  readonly workspace: string;
  readonly name: string;
  readonly leave: (() => Promise<void>) | undefined;
  readonly onClose: () => void;
}

function DeleteDialog({ workspace, name, leave, onClose }: DeleteDialogProps) {
  const remove = useAction("deleteModel", { success: `${name} is deleted` });
  const confirm = async (): Promise<void> => {
    await leave?.();
    await remove.run({ workspace, model: name });
  };
  return (
    <ConfirmDialog
      title={`Delete ${name}`}
      isOpen
      onOpenChange={onClose}
      confirmLabel="Delete"
      typeName={name}
      onConfirm={confirm}
      cli={`slipway models delete ${shellQuoted(name)} --all`}
      rest={restOf("DELETE", workspace, "models", name)}
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
          <CopyAs rest={restOf("PATCH", workspace, "models", name, "", { description })} />
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
