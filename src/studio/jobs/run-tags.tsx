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
  const [edited, setEdited] = useState<{ readonly key: string; readonly value: string; readonly isNew: boolean } | null>(null);
  const tags = Object.entries(run.tags).filter(([key]) => !key.startsWith("mlflow."));
  const change = (changes: Record<string, string | null>): Promise<unknown> =>
    update.run({ workspace, run: run.id, body: { tags: changes } });
  const body = { tags: { [edited?.key ?? "team"]: edited?.value ?? "risk" } };
  const save = async (): Promise<void> => {
    if (edited === null || edited.key.trim() === "") return;
    await change({ [edited.key.trim()]: edited.value });
    setEdited(null);
  };
  return (
    <Card
      title="Tags"
      actions={
        <Button size="small" icon="plus" onPress={() => setEdited({ key: "", value: "", isNew: true })}>
          Add
        </Button>
      }
    >
      {tags.length === 0 && <p className={styles.none}>None. Tags group runs and find them: tag.team:risk in the filter of Jobs.</p>}
      <ul className={styles.tags}>
        {tags.map(([key, value]) => (
          <li key={key}>
            <span className={styles.tag}>
              <strong>{key}</strong> {value}
            </span>
            <IconButton icon="pencil" label={`Change ${key}`} onPress={() => setEdited({ key, value, isNew: false })} />
            <IconButton icon="trash" label={`Remove ${key}`} onPress={() => void change({ [key]: null }).catch(() => {})} />
          </li>
        ))}
      </ul>
      <Dialog
        title={edited?.isNew ? "Add a tag" : "Change a tag"}
        isOpen={edited !== null}
        onOpenChange={(isOpen) => !isOpen && setEdited(null)}
        actions={(close) => (
          <>
            <CopyAs rest={{ method: "PATCH", path: `/api/v1/workspaces/${workspace}/runs/${run.id}`, body }} />
            <Button onPress={close}>Cancel</Button>
            <Button variant="primary" isPending={update.pending} isDisabled={edited?.key.trim() === ""} onPress={() => void save().catch(() => {})}>
              Save
            </Button>
          </>
        )}
      >
        {edited && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void save().catch(() => {});
            }}
          >
            <TextField label="Name" value={edited.key} isDisabled={!edited.isNew} autoFocus={edited.isNew} maxLength={250} onChange={(key) => setEdited({ ...edited, key })} />
            <TextField
              label="Value"
              value={edited.value}
              autoFocus={!edited.isNew}
              maxLength={20_000}
              onChange={(value) => setEdited({ ...edited, value })}
              onSubmit={() => void save().catch(() => {})}
            />
          </form>
        )}
      </Dialog>
    </Card>
  );
}
