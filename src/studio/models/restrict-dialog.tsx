import { useState } from "react";
import { useAction } from "../api/index.ts";
import { Button, CopyAs, Dialog, RadioGroup, TextArea, shellQuoted, restOf } from "../kit/index.ts";
import type { VersionDialogProps } from "./version-props.ts";
import styles from "./models.module.css";

const states = [
  { id: "stale", label: "Stale", description: "A newer one should be used." },
  { id: "revoked", label: "Revoked", description: "It must not be used." },
] as const;

/** Lets nothing new deploy a version; what runs goes on. */
export function RestrictDialog({ workspace, version, isOpen, onOpenChange }: VersionDialogProps) {
  const { model, restriction } = version;
  const [state, setState] = useState(restriction?.state ?? "stale");
  const [reason, setReason] = useState(restriction?.reason ?? "");
  const name = `${model}@${version.version}`;
  const restrict = useAction("restrictModelVersion", { success: `${name} is restricted` });
  const body = { state, reason };
  const submit = (close: () => void): void =>
    void restrict.run({ workspace, model, version: String(version.version), body }).then(close, () => undefined);
  return (
    <Dialog
      title={`Restrict ${name}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      actions={(close) => (
        <>
          <CopyAs
            cli={`slipway models restrict ${shellQuoted(name)} --state ${state} --reason ${shellQuoted(reason || "REASON")}`}
            rest={restOf("PUT", workspace, "models", model, `/versions/${version.version}/restriction`, body)}
          />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="danger"
            isPending={restrict.pending}
            isDisabled={reason.trim() === ""}
            onPress={() => submit(close)}
          >
            Restrict
          </Button>
        </>
      )}
    >
      <div className={styles.fields}>
        <p className={styles.hint}>Nothing new may deploy it; deployments that run go on.</p>
        <RadioGroup label="Why" options={states} value={state} onChange={setState} />
        <TextArea
          label="Reason"
          description="Shown to whoever tries to deploy it."
          rows={3}
          maxLength={2000}
          value={reason}
          onChange={setReason}
        />
      </div>
    </Dialog>
  );
}
