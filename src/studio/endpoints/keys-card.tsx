/** The two keys: masked until they are asked for, and replaced one by one. */
import { useState } from "react";
import type { EndpointKeys } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { Button, Card, ConfirmDialog, CopyButton, ErrorCard, NumberField, RelativeTime, restOf } from "../kit/index.ts";
import styles from "./consume.module.css";

type KeyName = "primary" | "secondary";

interface KeysCardProps {
  readonly workspace: string;
  readonly endpoint: string;
  /** Null: not asked for, or under way. */
  readonly keys: EndpointKeys | null;
  readonly isAsked: boolean;
  readonly error: Error | null;
  readonly onAsk: (asks: boolean) => void;
}

export function KeysCard({ workspace, endpoint, keys, isAsked, error, onAsk }: KeysCardProps) {
  const [replaced, setReplaced] = useState<KeyName>("primary");
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      title="Keys"
      description="Both work at any time: move clients to the one, then replace the other."
      actions={
        <Button size="small" isPending={isAsked && keys === null && error === null} onPress={() => onAsk(!isAsked)}>
          {isAsked ? "Hide" : "Reveal"}
        </Button>
      }
    >
      {error && <ErrorCard error={error} />}
      <ul className={styles.keys}>
        {(["primary", "secondary"] as const).map((name) => (
          <KeyRow
            key={name}
            name={name}
            keys={keys}
            onReplace={() => {
              setReplaced(name);
              setOpen(true);
            }}
          />
        ))}
      </ul>
      <p className={styles.hint}>Each look at the keys is in the audit log.</p>
      <ReplaceDialog
        key={replaced}
        workspace={workspace}
        endpoint={endpoint}
        name={replaced}
        isOpen={isOpen}
        onOpenChange={setOpen}
      />
    </Card>
  );
}

interface KeyRowProps {
  readonly name: KeyName;
  readonly keys: EndpointKeys | null;
  readonly onReplace: () => void;
}

function KeyRow({ name, keys, onReplace }: KeyRowProps) {
  const value = keys?.[name === "primary" ? "primaryKey" : "secondaryKey"];
  const facts = keys?.keys.find((each) => each.name === name);
  return (
    <li>
      <span className={styles.keyHead}>
        <span className={styles.keyName}>{name === "primary" ? "Primary" : "Secondary"}</span>
        <Button size="small" variant="quiet" aria-label={`Replace the ${name} key`} onPress={onReplace}>
          Replace
        </Button>
      </span>
      <span className={styles.uri}>
        <code className={styles.key}>{value ?? "•".repeat(32)}</code>
        {value !== undefined && <CopyButton text={value} label={`Copy the ${name} key`} />}
      </span>
      {facts && (
        <span className={styles.facts}>
          <span>
            made <RelativeTime at={facts.createdAt} />
          </span>
          <span>
            {facts.lastUsedAt === null ? (
              "not used yet"
            ) : (
              <>
                used <RelativeTime at={facts.lastUsedAt} />
              </>
            )}
          </span>
          <span>
            {facts.expiresAt === null ? (
              "does not expire"
            ) : (
              <>
                expires <RelativeTime at={facts.expiresAt} />
              </>
            )}
          </span>
        </span>
      )}
    </li>
  );
}

interface ReplaceDialogProps {
  readonly workspace: string;
  readonly endpoint: string;
  readonly name: KeyName;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

const day = 86_400_000;

function ReplaceDialog({ workspace, endpoint, name, isOpen, onOpenChange }: ReplaceDialogProps) {
  const [days, setDays] = useState<number | null>(null);
  const [body, setBody] = useState<{ readonly expiresAt?: string }>({});
  const regenerate = useAction("regenerateEndpointKey", { success: `The ${name} key of ${endpoint} is new` });
  const expireAfter = (next: number | null): void => {
    setDays(next);
    setBody(next === null ? {} : { expiresAt: new Date(Date.now() + next * day).toISOString() });
  };
  return (
    <ConfirmDialog
      title={`Replace the ${name} key`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      confirmLabel="Replace"
      isDanger
      onConfirm={() => regenerate.run({ workspace, endpoint, key: name, body })}
      cli={`slipway endpoints keys ${endpoint} --regenerate ${name}${days === null ? "" : ` --expires ${days}`}`}
      rest={restOf("POST", workspace, "endpoints", endpoint, `/keys/${name}/regenerate`, body)}
    >
      <p>Clients that use the {name} key are refused from now on. The other key goes on working.</p>
      <NumberField
        label="Expires after"
        unit="days"
        description="Empty: never."
        value={days}
        min={1}
        max={3650}
        onChange={expireAfter}
      />
    </ConfirmDialog>
  );
}
