/** Another version beside those that serve: blue/green. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { query, useAction } from "../api/index.ts";
import { Button, CopyAs, Dialog, ErrorCard, Skeleton, Slider, TextField, restOf } from "../kit/index.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { ModelReferenceField } from "./model-reference-field.tsx";
import styles from "./deployments.module.css";

export function AddDeploymentDialog({ workspace, endpoint }: EndpointTabProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        variant="primary"
        icon="plus"
        aria-label="Add a deployment"
        isDisabled={endpoint.state === "Stopped"}
        onPress={() => setOpen(true)}
      >
        Add
      </Button>
      {isOpen && <OpenDialog workspace={workspace} endpoint={endpoint} onClose={() => setOpen(false)} />}
    </>
  );
}

function OpenDialog({ workspace, endpoint, onClose }: EndpointTabProps & { readonly onClose: () => void }) {
  const serving = endpoint.deployments[0];
  const [model, setModel] = useState(serving === undefined ? null : `${serving.model.name}@best`);
  const [name, setName] = useState("");
  const [traffic, setTraffic] = useState(0);
  const models = useQuery(query("listModels", { workspace, query: { limit: 200, sort: "-updated" } }));
  const create = useAction("createDeployment", { success: `${endpoint.name} has another deployment`, quiet: true });
  const reference = model ?? (models.data?.items[0] && `${models.data.items[0].name}@best`) ?? "";
  const body = { model: reference, traffic, ...(name !== "" && { name }) };
  const submit = (): void =>
    void create.run({ workspace, endpoint: endpoint.name, body }).then(onClose, () => undefined);
  return (
    <Dialog
      title="Add a deployment"
      isOpen
      onOpenChange={(open) => !open && onClose()}
      actions={
        <>
          <CopyAs
            cli={`slipway endpoints deploy ${endpoint.name} --model ${reference} --traffic ${traffic}${name === "" ? "" : ` --deployment ${name}`}`}
            rest={restOf("POST", workspace, "endpoints", endpoint.name, "/deployments", body)}
          />
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isPending={create.pending} isDisabled={reference === ""} onPress={submit}>
            Deploy
          </Button>
        </>
      }
    >
      <Fields
        workspace={workspace}
        models={models.data?.items ?? null}
        draft={{ model: reference, name, traffic }}
        onModel={setModel}
        onName={setName}
        onTraffic={setTraffic}
        onSubmit={submit}
      />
      {create.error && <ErrorCard error={create.error} command={`slipway endpoints logs ${endpoint.name}`} />}
    </Dialog>
  );
}

interface FieldsProps {
  readonly workspace: string;
  /** Null: under way. */
  readonly models: Parameters<typeof ModelReferenceField>[0]["models"] | null;
  readonly draft: { readonly model: string; readonly name: string; readonly traffic: number };
  readonly onModel: (reference: string) => void;
  readonly onName: (name: string) => void;
  readonly onTraffic: (percent: number) => void;
  readonly onSubmit: () => void;
}

function Fields({ workspace, models, draft, onModel, onName, onTraffic, onSubmit }: FieldsProps) {
  return (
    <div className={styles.fields}>
      {models ? (
        <ModelReferenceField workspace={workspace} models={models} value={draft.model} onChange={onModel} />
      ) : (
        <Skeleton height={56} />
      )}
      <TextField
        label="Name"
        description="Empty: blue, green and so on, the next one that is free."
        value={draft.name}
        onChange={onName}
        onSubmit={onSubmit}
        isCode
      />
      <Slider
        label="Share of the requests once it is healthy"
        min={0}
        max={100}
        value={draft.traffic}
        format={(value) => `${value} %`}
        onChange={onTraffic}
      />
      <p className={styles.hint}>
        The others keep the rest, in their proportions. Where it does not become healthy, nothing changes for clients.
      </p>
    </div>
  );
}
