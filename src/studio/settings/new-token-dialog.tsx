import { useState, type ComponentProps, type ReactElement } from "react";
import { Button, CopyAs, CopyButton, Dialog, Notice, NumberField, TextField } from "../kit/index.ts";
import styles from "./settings.module.css";

interface NewToken {
  readonly name: string;
  readonly expiresInDays?: number;
}

/** Asks what a token is for, and shows it, this once. */
export function NewTokenDialog(props: {
  readonly trigger: ReactElement<{ onPress?: () => void }>;
  readonly twin: ComponentProps<typeof CopyAs>;
  readonly onCreate: (token: NewToken) => Promise<{ readonly token: string }>;
}) {
  const [name, setName] = useState("");
  const [days, setDays] = useState<number | null>(90);
  const [made, setMade] = useState<string | null>(null);
  const forget = (): void => {
    setMade(null);
    setName("");
  };
  const create = async (): Promise<void> => {
    const { token } = await props.onCreate({ name: name.trim(), ...(days !== null && { expiresInDays: days }) });
    setMade(token);
  };
  return (
    <Dialog
      title="New token"
      trigger={props.trigger}
      onOpenChange={forget}
      actions={(close) =>
        made === null ? (
          <>
            <CopyAs {...props.twin} />
            <Button onPress={close}>Cancel</Button>
            <Button variant="primary" isDisabled={name.trim() === ""} onPress={() => void create()}>
              Create
            </Button>
          </>
        ) : (
          <Button variant="primary" onPress={close}>
            Done
          </Button>
        )
      }
    >
      {made === null ? (
        <TokenFields name={name} days={days} onName={setName} onDays={setDays} />
      ) : (
        <MadeToken token={made} />
      )}
    </Dialog>
  );
}

interface TokenFieldsProps {
  readonly name: string;
  /** null: it works until it is revoked. */
  readonly days: number | null;
  readonly onName: (name: string) => void;
  readonly onDays: (days: number | null) => void;
}

function TokenFields({ name, days, onName, onDays }: TokenFieldsProps) {
  return (
    <div className={styles.form}>
      <TextField
        label="What it is for"
        description="CI, a notebook, a colleague's laptop"
        value={name}
        onChange={onName}
        autoFocus
      />
      <NumberField
        label="Works for how many days"
        description="Empty: until it is revoked"
        value={days}
        onChange={onDays}
        min={1}
        max={3650}
      />
    </div>
  );
}

function MadeToken({ token }: { readonly token: string }) {
  return (
    <div className={styles.form}>
      <Notice tone="warn">It is shown this once, and stored nowhere. Copy it now.</Notice>
      <p className={styles.token}>
        <code>{token}</code>
        <CopyButton text={token} label="Copy the token" />
      </p>
    </div>
  );
}
