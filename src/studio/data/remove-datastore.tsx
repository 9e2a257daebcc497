import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ConfirmDialog, restOf, slipwayCommand } from "../kit/index.ts";

interface RemoveDatastoreProps {
  readonly datastore: string;
  readonly onClose: () => void;
  /** Leaves the datastore's page: its data are no longer there to be read again. */
  readonly leave?: () => Promise<void>;
}

export function RemoveDatastore({ datastore, onClose, leave }: RemoveDatastoreProps) {
  const workspace = useWorkspace();
  const remove = useAction("deleteDatastore", { success: "Removed" });
  return (
    <ConfirmDialog
      title={`Remove ${datastore}`}
      isOpen
      onOpenChange={onClose}
      confirmLabel="Remove"
      typeName={datastore}
      onConfirm={async () => {
        await leave?.();
        await remove.run({ workspace, datastore });
      }}
      cli={slipwayCommand(["datastores", "remove", datastore], workspace)}
      rest={restOf("DELETE", workspace, "datastores", datastore)}
    >
      <p>Datasets that came from it stay, and so do the files in it.</p>
    </ConfirmDialog>
  );
}
