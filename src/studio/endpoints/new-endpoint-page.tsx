/** From a model to an endpoint with one button. */
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { useState, type KeyboardEvent } from "react";
import { ApiError } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  Button,
  Card,
  CopyAs,
  Disclosure,
  EmptyState,
  ErrorCard,
  LinkButton,
  NumberField,
  Page,
  RadioGroup,
  Switch,
  TextField,
} from "../kit/index.ts";
import { endpointNameFault, freeEndpointName } from "./endpoint-name.ts";
import { ModelReferenceField, referenceParts } from "./model-reference-field.tsx";
import styles from "./new-endpoint.module.css";

export const route = createLazyRoute("/w/$workspace/endpoints/new")({ component: NewEndpointPage });

const computeTypes = [
  { id: "quick", label: "Quick", description: "One process. For trying out and light traffic." },
  { id: "production", label: "Production", description: "Replicas that share the requests and replace each other." },
] as const;

const authModes = [
  { id: "key", label: "Keys", description: "Two keys; each can be replaced while the other works." },
  { id: "token", label: "Tokens", description: "Short-lived tokens, for users with the role scorer." },
  { id: "none", label: "None", description: "Open to all who reach the address." },
] as const;

interface Draft {
  /** Null: derived from the model's name. */
  readonly name: string | null;
  readonly computeType: "quick" | "production";
  readonly authMode: "key" | "token" | "none";
  readonly replicas: number;
  readonly appInsights: boolean;
  readonly collectsData: boolean;
  readonly description: string;
  readonly port: number | null;
}

const firstDraft: Draft = {
  name: null,
  computeType: "quick",
  authMode: "key",
  replicas: 2,
  appInsights: false,
  collectsData: false,
  description: "",
  port: null,
};

function NewEndpointPage() {
  const workspace = useWorkspace();
  const { model: chosen } = route.useSearch();
  const models = useSuspenseQuery(query("listModels", { workspace, query: { limit: 200, sort: "-updated" } })).data
    .items;
  usePageTitle("Deploy a model");
  const model = chosen ?? (models[0] && `${models[0].name}@best`);
  const crumbs = [
    { label: "Endpoints", link: { to: "/w/$workspace/endpoints", params: { workspace }, search: {} } },
  ] as const;
  return (
    <Page title="Deploy a model" crumbs={crumbs}>
      {model === undefined ? (
        <EmptyState
          title="There is no model to deploy yet"
          command="slipway automl --data DATASET --target COLUMN --register NAME"
        >
          A run of automated ML registers its best model; a file of another tool can be registered too.
        </EmptyState>
      ) : (
        <DeployForm key={referenceParts(model).model} workspace={workspace} model={model} models={models} />
      )}
    </Page>
  );
}

interface DeployFormProps {
  readonly workspace: string;
  readonly model: string;
  readonly models: Parameters<typeof ModelReferenceField>[0]["models"];
}

function DeployForm({ workspace, model, models }: DeployFormProps) {
  const navigate = useNavigate({ from: "/w/$workspace/endpoints/new" });
  const [draft, setDraft] = useState(firstDraft);
  const derived = useFreeName(workspace, referenceParts(model).model);
  const deploy = useAction("createEndpoint", { quiet: true });
  const name = draft.name ?? derived ?? "";
  const fault = derived === null && draft.name === null ? null : endpointNameFault(name);
  const body = { name, model, ...bodyOf(draft) };
  const submit = async (): Promise<void> => {
    if (name === "" || fault !== null || deploy.pending) return;
    const made = await deploy.run({ workspace, body }).catch(() => null);
    if (made === null) return;
    const to = "/w/$workspace/endpoints/$endpoint";
    await navigate({ to, params: { workspace, endpoint: made.name }, search: { tab: "test" } });
  };
  const change = (changes: Partial<Draft>): void => setDraft((before) => ({ ...before, ...changes }));
  return (
    <form
      className={styles.form}
      onKeyDown={(event) => isSubmitKey(event) && void submit()}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <DeployFields
        workspace={workspace}
        models={models}
        model={model}
        name={name}
        fault={fault}
        draft={draft}
        onModel={(next) => void navigate({ search: (before) => ({ ...before, model: next }), replace: true })}
        onChange={change}
      />
      <DeployState workspace={workspace} name={name} isPending={deploy.pending} error={deploy.error} />
      <div className={styles.actions}>
        <CopyAs
          cli={commandOf(name, model, draft)}
          rest={{ method: "POST", path: `/api/v1/workspaces/${encodeURIComponent(workspace)}/endpoints`, body }}
        />
        <Button type="submit" variant="primary" isPending={deploy.pending} isDisabled={name === "" || fault !== null}>
          Deploy
        </Button>
      </div>
    </form>
  );
}

function isSubmitKey({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === "Enter" && (ctrlKey || metaKey);
}

interface DeployFieldsProps extends DeployFormProps, SettingsProps {
  readonly name: string;
  /** What is wrong with the name. */
  readonly fault: string | null;
  readonly onModel: (reference: string) => void;
}

function DeployFields(props: DeployFieldsProps) {
  const { workspace, models, model, name, fault, draft, onModel, onChange: change } = props;
  return (
    <Card>
      <div className={styles.fields}>
        <ModelReferenceField workspace={workspace} models={models} value={model} onChange={onModel} />
        <TextField
          label="Endpoint name"
          description="Part of its address in messages and commands: small letters, digits and dashes."
          value={name}
          onChange={(next) => change({ name: next })}
          error={fault ?? undefined}
          isCode
        />
        <Choices draft={draft} onChange={change} />
        <MoreSettings draft={draft} onChange={change} />
      </div>
    </Card>
  );
}

interface SettingsProps {
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}

function Choices({ draft, onChange: change }: SettingsProps) {
  return (
    <>
      <RadioGroup
        label="Compute"
        options={computeTypes}
        value={draft.computeType}
        onChange={(computeType) => change({ computeType })}
      />
      <RadioGroup
        label="Who may call it"
        options={authModes}
        value={draft.authMode}
        onChange={(authMode) => change({ authMode })}
      />
    </>
  );
}

/** Null until it is known which names are taken. */
function useFreeName(workspace: string, model: string): string | null {
  const { data, isError } = useQuery(query("listEndpoints", { workspace, query: { limit: 200 } }));
  if (data === undefined && !isError) return null;
  return freeEndpointName(model, data?.items.map(({ name }) => name) ?? []);
}

function MoreSettings({
  draft,
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}) {
  return (
    <Disclosure id="settings" title="More settings">
      <div className={styles.fields}>
        {draft.computeType === "production" && (
          <NumberField
            label="Replicas"
            description="Processes that share the requests."
            value={draft.replicas}
            min={1}
            max={64}
            onChange={(replicas) => onChange({ replicas: replicas ?? 1 })}
          />
        )}
        <Switch
          label="Log requests"
          description="Requests, failures and traces (app insights). It can be switched on later too."
          value={draft.appInsights}
          onChange={(appInsights) => onChange({ appInsights })}
        />
        <Switch
          label="Collect data"
          description="Keeps inputs and predictions as Parquet, to learn from them."
          value={draft.collectsData}
          onChange={(collectsData) => onChange({ collectsData })}
        />
        <NumberField
          label="Port"
          description="Empty: any free one."
          value={draft.port}
          min={1}
          max={65_535}
          format={{ useGrouping: false }}
          onChange={(port) => onChange({ port })}
        />
        <TextField
          label="Description"
          value={draft.description}
          onChange={(description) => onChange({ description })}
        />
      </div>
    </Disclosure>
  );
}

interface DeployStateProps {
  readonly workspace: string;
  readonly name: string;
  readonly isPending: boolean;
  readonly error: Error | null;
}

function DeployState({ workspace, name, isPending, error }: DeployStateProps) {
  if (isPending)
    return (
      <p className={styles.progress} role="status">
        Starting the process, loading the model, scoring a first row …
      </p>
    );
  if (error === null) return null;
  // 502: it is there, and did not become healthy.
  const stays = error instanceof ApiError && error.status === 502;
  return (
    <div className={styles.failed}>
      <ErrorCard error={error} command={stays ? `slipway endpoints logs ${name}` : undefined} />
      {stays && (
        <LinkButton
          to="/w/$workspace/endpoints/$endpoint"
          params={{ workspace, endpoint: name }}
          search={{ tab: "logs" }}
        >
          Open its log
        </LinkButton>
      )}
    </div>
  );
}

function bodyOf({ computeType, authMode, replicas, appInsights, collectsData, description, port }: Draft) {
  const settings = {
    ...(computeType === "production" && { replicas }),
    ...(appInsights && { appInsights }),
    ...(collectsData && { dataCollection: { enabled: true } }),
  };
  return {
    computeType,
    authMode,
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(description !== "" && { description }),
    ...(port !== null && { port }),
  };
}

function commandOf(name: string, model: string, draft: Draft): string {
  const { computeType, authMode, replicas, appInsights, collectsData, port } = draft;
  return [
    `slipway endpoints deploy ${name || "NAME"} --model ${model}`,
    ...(computeType === "production" ? [`--production --replicas ${replicas}`] : []),
    ...(authMode === "key" ? [] : [`--auth ${authMode}`]),
    ...(appInsights ? ["--app-insights on"] : []),
    ...(collectsData ? ["--collect-data on"] : []),
    ...(port === null ? [] : [`--port ${port}`]),
  ].join(" ");
}
