import { useState } from "react";
import type { EndpointToken } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { Button, Card, CopyAs, CopyButton, RelativeTime, restOf } from "../kit/index.ts";
import styles from "./consume.module.css";

interface TokenCardProps {
  readonly workspace: string;
  readonly endpoint: string;
  readonly onToken: (token: string) => void;
}

/** A token of an endpoint with token auth, for trying it out; programs ask for their own. */
export function TokenCard({ workspace, endpoint, onToken }: TokenCardProps) {
  const [token, setToken] = useState<EndpointToken | null>(null);
  const create = useAction("createEndpointToken");
  const ask = async (): Promise<void> => {
    const made = await create.run({ workspace, endpoint }).catch(() => null);
    if (made === null) return;
    setToken(made);
    onToken(made.accessToken);
  };
  return (
    <Card
      title="Token"
      description="A token works for twelve hours; programs ask for a new one before it ends."
      actions={
        <>
          <CopyAs
            cli={`slipway endpoints token ${endpoint}`}
            rest={restOf("POST", workspace, "endpoints", endpoint, "/token")}
          />
          <Button size="small" isPending={create.pending} onPress={() => void ask()}>
            Get a token
          </Button>
        </>
      }
    >
      {token && (
        <div className={styles.keys}>
          <span className={styles.uri}>
            <code>{token.accessToken}</code>
            <CopyButton text={token.accessToken} label="Copy the token" />
          </span>
          <span className={styles.facts}>
            <span>
              expires <RelativeTime at={token.expiryTimeUtc} />
            </span>
            <span>
              to be asked for anew <RelativeTime at={token.refreshAfterTimeUtc} />
            </span>
          </span>
        </div>
      )}
    </Card>
  );
}
