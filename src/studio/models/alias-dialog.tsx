import { useState } from "react";
import { useAction } from "../api/index.ts";
import { Button, CopyAs, Dialog, TextField, shellQuoted, restOf } from "../kit/index.ts";
import type { VersionDialogProps } from "./version-props.ts";
import styles from "./models.module.css";

/** Gives and takes away aliases: names that stand for this version until they are given to another. */
export function AliasDialog({ workspace, version: about, isOpen, onOpenChange }: VersionDialogProps) {
  const { model, version, aliases } = about;
  const [alias, setAlias] = useState("");
  const set = useAction("setModelAlias");
  const name = `${model}@${version}`;
  const fault = aliasFault(alias);
  const give = (): void => {
    if (alias === "" || fault !== null) return;
    void set.run({ workspace, model, alias, body: { version } }).then(
      () => setAlias(""),
      () => undefined,
    );
  };
  return (
    <Dialog
      title={`Aliases of ${name}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      actions={(close) => (
        <>
          <CopyAs
            cli={`slipway models alias ${shellQuoted(name)} ${alias || "ALIAS"}`}
            rest={restOf("PUT", workspace, "models", model, `/aliases/${encodeURIComponent(alias || "ALIAS")}`, {
              version,
            })}
          />
          <Button onPress={close}>Close</Button>
          <Button variant="primary" isPending={set.pending} isDisabled={alias === "" || fault !== null} onPress={give}>
            Give
          </Button>
        </>
      )}
    >
      <div className={styles.fields}>
        <GivenAliases workspace={workspace} model={model} aliases={aliases} />
        <TextField
          label="New alias"
          description={`${model}@ALIAS then stands for this version. Another version that has the alias loses it.`}
          placeholder="champion"
          value={alias}
          onChange={setAlias}
          onSubmit={give}
          error={alias === "" ? undefined : (fault ?? undefined)}
          isCode
          autoFocus
        />
      </div>
    </Dialog>
  );
}

interface GivenAliasesProps {
  readonly workspace: string;
  readonly model: string;
  readonly aliases: readonly string[];
}

function GivenAliases({ workspace, model, aliases }: GivenAliasesProps) {
  const remove = useAction("deleteModelAlias");
  return (
    <>
      {aliases.length === 0 && <p className={styles.hint}>It has no alias yet.</p>}
      {aliases.map((each) => (
        <span key={each} className={styles.states}>
          <code className={styles.hash}>{each}</code>
          <Button
            size="small"
            variant="quiet"
            icon="close"
            aria-label={`Take ${each} away`}
            onPress={() => void remove.run({ workspace, model, alias: each }).catch(() => undefined)}
          />
        </span>
      ))}
    </>
  );
}

function aliasFault(alias: string): string | null {
  if (!/^[\w-]*$/.test(alias)) return "Letters, digits, underscore and dash only.";
  return /^(latest|best|v?\d+)$/i.test(alias) ? "This word is computed; choose another one." : null;
}
