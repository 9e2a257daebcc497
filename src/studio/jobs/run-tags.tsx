import { useState, type ReactElement } from "react";
import type { Run } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, Card, CopyAs, Dialog, IconButton, TextField } from "../kit/index.ts";
import styles from "./run-overview.module.css";

/** What a user put on the run to find it by; those of MLflow's clients stand in Config. */
export function RunTags({ run }: { readonly run: Run }): ReactElement {
  const workspace = useWorkspace();
  const update = useAction("updateRun");
  const [edited, setEdited] = useState<EditedTag | null>(null);
  const tags = Object.entries(run.tags).filter(([key]) => !key.startsWith("mlflow."));
  const change = (changes: Record<string, string | null>): Promise<unknown> =>
    update.run({ workspace, run: run.id, body: { tags: changes } });
  return (
    <Card
      title="Tags"
      actions={
        <Button size="small" icon="plus" onPress={() => setEdited({ key: "", value: "", isNew: true })}>
          Add
        </Button>
      }
    >
      {tags.length === 0 && (
        <p className={styles.none}>None. Tags group runs and find them: tag.team:risk in the filter of Jobs.</p>
      )}
      <ul className={styles.tags}>
        {tags.map(([key, value]) => (
          <li key={key}>
            <span className={styles.tag}>
              <strong>{key}</strong> {value}
            </span>
            <IconButton icon="pencil" label={`Change ${key}`} onPress={() => setEdited({ key, value, isNew: false })} />
            <IconButton
              icon="trash"
              label={`Remove ${key}`}
              onPress={() => void change({ [key]: null }).catch(() => {})}
            />
          </li>
        ))}
      </ul>
      {edited && <TagDialog run={run} initial={edited} onClose={() => setEdited(null)} />}
    </Card>
  );
}

interface EditedTag {
  readonly key: string;
  readonly value: string;
  readonly isNew: boolean;
}

interface TagDialogProps {
  readonly run: Run;
  readonly initial: EditedTag;
  readonly onClose: () => void;
}

function TagDialog({ run, initial, onClose }: TagDialogProps): ReactElement {
  const workspace = useWorkspace();
  const update = useAction("updateRun");
  const [{ key, value, isNew }, setEdited] = useState(initial);
  const body = { tags: { [key.trim()]: value } };
  const save = async (): Promise<void> => {
    if (key.trim() === "") return;
    await update.run({ workspace, run: run.id, body });
    onClose();
  };
  const submit = (): void => void save().catch(() => {});
  return (
    <Dialog
      title={isNew ? "Add a tag" : "Change a tag"}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      actions={
        <>
          <CopyAs rest={{ method: "PATCH", path: `/api/v1/workspaces/${workspace}/runs/${run.id}`, body }} />
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isPending={update.pending} isDisabled={key.trim() === ""} onPress={submit}>
            Save
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={key}
        isDisabled={!isNew}
        autoFocus={isNew}
        maxLength={250}
        onChange={(next) => setEdited((before) => ({ ...before, key: next }))}
        onSubmit={submit}
      />
      <TextField
        label="Value"
        value={value}
        autoFocus={!isNew}
        maxLength={20_000}
        onChange={(next) => setEdited((before) => ({ ...before, value: next }))}
        onSubmit={submit}
      />
    </Dialog>
  );
}
