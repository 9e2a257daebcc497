import { useState } from "react";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CodeBlock, Dialog, Notice, TextField } from "../kit/index.ts";
import { serverOrigin } from "../viewer/index.ts";
import styles from "./compute.module.css";

/** The one command that makes another machine a worker, with a token made for it. */
export function JoinDialog() {
  const workspace = useWorkspace();
  const create = useAction("createMyToken");
  const [labels, setLabels] = useState("");
  const [token, setToken] = useState<string | null>(null);
  const make = async (): Promise<void> => {
    const made = await create.run({ body: { name: `Worker of ${workspace}` } });
    setToken(made.token);
  };
  const command = [
    `slipway worker --server ${serverOrigin()} --workspace ${workspace}`,
    labels.trim() === "" ? "" : ` --labels ${labels.trim()}`,
    ` --token ${token ?? "TOKEN"}`,
  ].join("");
  return (
    <Dialog
      title="Join a worker"
      size="large"
      trigger={<Button variant="primary">Join a worker</Button>}
      onOpenChange={() => setToken(null)}
      actions={(close) => (
        <>
          <Button onPress={close}>Close</Button>
          {token === null && (
            <Button variant="primary" isPending={create.pending} onPress={() => void make().catch(() => undefined)}>
              Make a token
            </Button>
          )}
        </>
      )}
    >
      <div className={styles.form}>
        <p>
          Another machine runs command steps of this workspace with <code>compute: remote</code>. It needs no open port:
          all connections are its own.
        </p>
        <TextField
          label="Labels"
          description="What it has that others lack: gpu, big-memory"
          value={labels}
          onChange={setLabels}
        />
        <CodeBlock code={command} language="bash" label="command" wrap />
        {token !== null && <Notice tone="warn">The token is shown this once. It may do what you may.</Notice>}
      </div>
    </Dialog>
  );
}
