import { useState } from "react";
import { useAction } from "../api/index.ts";
import { Button, Checkbox, CopyAs, Dialog, RadioGroup, shellQuoted, restOf } from "../kit/index.ts";
import type { VersionDialogProps } from "./version-props.ts";
import styles from "./models.module.css";

const stages = [
  { id: "None", label: "None" },
  { id: "Staging", label: "Staging" },
  { id: "Production", label: "Production" },
  { id: "Archived", label: "Archived" },
] as const;

export function StageDialog({
  workspace,
  version: { model, version, stage: before },
  isOpen,
  onOpenChange,
}: VersionDialogProps) {
  const [stage, setStage] = useState(before);
  const [archives, setArchives] = useState(false);
  const move = useAction("setModelVersionStage", { success: `${model}@${version} is in the stage ${stage}` });
  const name = `${model}@${version}`;
  const isShared = stage === "Staging" || stage === "Production";
  const body = { stage, ...(isShared && archives && { archiveExisting: true }) };
  const submit = (close: () => void): void =>
    void move.run({ workspace, model, version: String(version), body }).then(close, () => undefined);
  return (
    <Dialog
      title={`Stage of ${name}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      actions={(close) => (
        <>
          <CopyAs
            cli={`slipway models stage ${shellQuoted(name)} ${stage}${isShared && archives ? " --archive-existing" : ""}`}
            rest={restOf("PUT", workspace, "models", model, `/versions/${version}/stage`, body)}
          />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            isPending={move.pending}
            isDisabled={stage === before}
            onPress={() => submit(close)}
          >
            Move
          </Button>
        </>
      )}
    >
      <div className={styles.fields}>
        <RadioGroup label="Stage" options={stages} value={stage} onChange={setStage} />
        {isShared && (
          <Checkbox label={`Archive the versions that are in ${stage} now`} value={archives} onChange={setArchives} />
        )}
      </div>
    </Dialog>
  );
}
