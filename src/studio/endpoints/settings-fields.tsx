/** The fields of an endpoint's settings, by what they are about. */
import { Card, NumberField, RadioGroup, Select, Switch, TextArea, TextField } from "../kit/index.ts";
import type { SettingsDraft } from "./settings-changes.ts";
import styles from "./settings.module.css";

interface FieldsProps {
  readonly draft: SettingsDraft;
  readonly onChange: (changes: Partial<SettingsDraft>) => void;
}

export function AccessFields({ draft, onChange }: FieldsProps) {
  return (
    <Card title="Access">
      <div className={styles.fields}>
        <TextArea
          label="Description"
          rows={2}
          value={draft.description}
          onChange={(description) => onChange({ description })}
        />
        <RadioGroup
          label="Who may call it"
          options={[
            { id: "key", label: "Keys", description: "One of two keys." },
            {
              id: "token",
              label: "Tokens",
              description: "A token that the server gives to users with the role scorer.",
            },
            { id: "none", label: "None", description: "Open to all who reach the address." },
          ]}
          value={draft.authMode}
          onChange={(authMode) => onChange({ authMode })}
        />
        <TextField
          label="Web pages that may call it"
          description="Origins with commas between them, * for all; empty: none."
          isCode
          value={draft.corsOrigins.join(",")}
          onChange={(text) =>
            onChange({ corsOrigins: text === "" ? [] : text.split(",").map((origin) => origin.trim()) })
          }
        />
      </div>
    </Card>
  );
}

export function RecordFields({ draft, onChange }: FieldsProps) {
  const { appInsights, dataCollection } = draft;
  return (
    <Card title="Logs and collected data">
      <div className={styles.fields}>
        <Switch
          label="Log requests"
          description="App insights: requests, failures and traces are logged."
          value={appInsights}
          onChange={(next) => onChange({ appInsights: next })}
        />
        <Switch
          label="Collect data"
          description="Inputs and predictions are kept as Parquet."
          value={dataCollection.enabled}
          onChange={(enabled) => onChange({ dataCollection: { ...dataCollection, enabled } })}
        />
        {dataCollection.enabled && (
          <NumberField
            label="Share of the requests"
            unit="%"
            min={0}
            max={100}
            value={Math.round(dataCollection.samplingRate * 1e6) / 1e4}
            onChange={(percent) =>
              onChange({ dataCollection: { ...dataCollection, samplingRate: (percent ?? 100) / 100 } })
            }
          />
        )}
      </div>
    </Card>
  );
}

export function ScaleFields({ draft, onChange }: FieldsProps) {
  const { computeType, replicas, autoscale } = draft;
  const scale = (changes: Partial<typeof autoscale>): void => onChange({ autoscale: { ...autoscale, ...changes } });
  return (
    <Card title="Scale">
      <div className={styles.fields}>
        <RadioGroup
          label="Compute"
          options={[
            { id: "quick", label: "Quick", description: "One process." },
            { id: "production", label: "Production", description: "Replicas that share the requests." },
          ]}
          value={computeType}
          onChange={(next) => onChange({ computeType: next })}
        />
        <Switch
          label="Autoscale"
          description="By load, between a minimum and a maximum of replicas."
          value={autoscale.enabled}
          onChange={(enabled) => scale({ enabled })}
        />
        <div className={styles.pair}>
          {autoscale.enabled ? (
            <AutoscaleFields autoscale={autoscale} onChange={scale} />
          ) : (
            <Whole
              label="Replicas"
              min={1}
              max={64}
              value={replicas}
              onChange={(next) => onChange({ replicas: next })}
            />
          )}
        </div>
      </div>
    </Card>
  );
}

interface AutoscaleFieldsProps {
  readonly autoscale: SettingsDraft["autoscale"];
  readonly onChange: (changes: Partial<SettingsDraft["autoscale"]>) => void;
}

function AutoscaleFields({ autoscale, onChange: scale }: AutoscaleFieldsProps) {
  return (
    <>
      <Whole
        label="Replicas at least"
        min={1}
        max={64}
        value={autoscale.minReplicas}
        onChange={(minReplicas) => scale({ minReplicas })}
      />
      <Whole
        label="Replicas at most"
        min={1}
        max={64}
        value={autoscale.maxReplicas}
        onChange={(maxReplicas) => scale({ maxReplicas })}
      />
      <Whole
        label="Target use of a replica"
        unit="%"
        min={1}
        max={100}
        value={autoscale.targetUtilization}
        onChange={(targetUtilization) => scale({ targetUtilization })}
      />
      <Whole
        label="Looks every"
        unit="s"
        min={1}
        max={3600}
        value={autoscale.refreshSeconds}
        onChange={(refreshSeconds) => scale({ refreshSeconds })}
      />
    </>
  );
}

const megabyte = 2 ** 20;

export function LimitFields({ draft, onChange }: FieldsProps) {
  const { maxRows, bodyBytes, explainedRows, scoringTimeoutMs } = draft;
  return (
    <Card title="Limits">
      <div className={styles.pair}>
        <Whole
          label="Rows of a request"
          description="More: 413."
          min={1}
          max={10_000_000}
          value={maxRows}
          onChange={(next) => onChange({ maxRows: next })}
        />
        <Whole
          label="Explained rows of a request"
          description="More: 413."
          min={0}
          max={100_000}
          value={explainedRows}
          onChange={(next) => onChange({ explainedRows: next })}
        />
        <NumberField
          label="Size of a request"
          description="More: 413."
          unit="MiB"
          min={1 / 1024}
          max={1024}
          value={bodyBytes / megabyte}
          onChange={(size) => size !== null && onChange({ bodyBytes: Math.round(size * megabyte) })}
        />
        <Whole
          label="Time for an answer"
          description="Longer: 500."
          unit="ms"
          min={1}
          max={3_600_000}
          value={scoringTimeoutMs}
          onChange={(next) => onChange({ scoringTimeoutMs: next })}
        />
        <ReplicaFields draft={draft} onChange={onChange} />
      </div>
    </Card>
  );
}

/** What one replica may use. */
function ReplicaFields({ draft, onChange }: FieldsProps) {
  const { maxConcurrentRequests, cpuCores, memoryBytes } = draft;
  return (
    <>
      <Whole
        label="Requests at a time"
        description="Of a replica; more: 503."
        min={1}
        max={100_000}
        value={maxConcurrentRequests}
        onChange={(next) => onChange({ maxConcurrentRequests: next })}
      />
      <NumberField
        label="Cores"
        description="Of a replica; empty: no cap."
        min={0.01}
        max={1024}
        value={cpuCores}
        onChange={(next) => onChange({ cpuCores: next })}
      />
      <NumberField
        label="Memory"
        description="A replica with more is replaced; empty: no cap."
        unit="MiB"
        min={64}
        value={memoryBytes === null ? null : memoryBytes / megabyte}
        onChange={(size) => onChange({ memoryBytes: size === null ? null : Math.round(size * megabyte) })}
      />
    </>
  );
}

export function InputFields({ draft, onChange }: FieldsProps) {
  return (
    <Card title="Rows that are not as in training">
      <div className={styles.fields}>
        <Select
          label="Columns that the model does not know"
          options={[
            { id: "ignore", label: "Ignore", description: "With a warning header" },
            { id: "refuse", label: "Refuse" },
          ]}
          value={draft.unknownColumns}
          onChange={(unknownColumns) => onChange({ unknownColumns })}
        />
        <Select
          label="Columns that are missing"
          options={[
            { id: "refuse", label: "Refuse" },
            { id: "impute", label: "Impute", description: "The typical value of training" },
          ]}
          value={draft.missingColumns}
          onChange={(missingColumns) => onChange({ missingColumns })}
        />
        <Select
          label="Values that training did not see"
          options={[
            { id: "refuse", label: "Refuse" },
            { id: "ignore", label: "Ignore", description: "Scored as unknown, with a warning header" },
          ]}
          value={draft.unknownCategories}
          onChange={(unknownCategories) => onChange({ unknownCategories })}
        />
      </div>
    </Card>
  );
}

export function AnswerFields({ draft, onChange }: FieldsProps) {
  return (
    <Card title="Answers">
      <Switch
        label="Answers as Azure ML's v1"
        description="/score answers a JSON string that holds JSON."
        value={draft.resultAsString}
        onChange={(resultAsString) => onChange({ resultAsString })}
      />
    </Card>
  );
}

interface WholeProps {
  readonly label: string;
  readonly description?: string;
  readonly unit?: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A whole number that cannot be left empty: an empty field keeps the value. */
function Whole({ onChange, ...props }: WholeProps) {
  return <NumberField {...props} step={1} onChange={(value) => value !== null && onChange(value)} />;
}
