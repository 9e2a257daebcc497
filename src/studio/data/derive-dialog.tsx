import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { DatasetVersion } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CopyAs, Dialog, NumberField, RadioGroup, Select, TextField } from "../kit/index.ts";
import styles from "./data.module.css";
import { comparisons, deriveBody, type Choice, type Kind } from "./derive-body.ts";

const kinds: readonly { readonly id: Kind; readonly label: string }[] = [
  { id: "filter", label: "Rows with a value" },
  { id: "sample", label: "A sample of the rows" },
  { id: "split", label: "Two parts at random" },
];

/** Rows of a version as another dataset, which remembers where they are from. */
export function DeriveDialog({ version, onClose }: { readonly version: DatasetVersion; readonly onClose: () => void }) {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const derive = useAction("deriveDatasetVersion");
  const { dataset } = version;
  const [choice, setChoice] = useState<Choice>({
    kind: "split",
    name: `${dataset}-train`,
    restName: `${dataset}-test`,
    percent: 80,
    column: "",
    is: "=",
    value: "",
  });
  const change = (changed: Partial<Choice>): void => setChoice({ ...choice, ...changed });
  const body = deriveBody(choice);
  const isReady = choice.name !== "" && (choice.kind !== "filter" || choice.column !== "");
  const submit = async (): Promise<void> => {
    await derive.run({ workspace, dataset, version: String(version.version), body });
    onClose();
    await navigate({ to: "/w/$workspace/data/$dataset", params: { workspace, dataset: choice.name }, search: {} });
  };
  const path = `/api/v1/workspaces/${workspace}/datasets/${dataset}/versions/${version.version}/derive`;
  return (
    <Dialog
      title={`Rows of ${dataset} ${version.version}`}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      actions={(close) => (
        <>
          <CopyAs rest={{ method: "POST", path, body }} />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            isPending={derive.pending}
            isDisabled={!isReady}
            onPress={() => void submit().catch(() => undefined)}
          >
            Make
          </Button>
        </>
      )}
    >
      <ChoiceFields choice={choice} onChange={change} />
    </Dialog>
  );
}

interface FieldsProps {
  readonly choice: Choice;
  readonly onChange: (changed: Partial<Choice>) => void;
}

function ChoiceFields({ choice, onChange }: FieldsProps) {
  return (
    <div className={styles.form}>
      <RadioGroup label="Which rows" options={kinds} value={choice.kind} onChange={(kind) => onChange({ kind })} />
      {choice.kind === "filter" ? (
        <ConditionFields choice={choice} onChange={onChange} />
      ) : (
        <PercentField choice={choice} onChange={onChange} />
      )}
      <TextField
        label={choice.kind === "split" ? "Name of the first part" : "Name"}
        value={choice.name}
        onChange={(name) => onChange({ name })}
      />
      {choice.kind === "split" && (
        <TextField label="Name of the rest" value={choice.restName} onChange={(restName) => onChange({ restName })} />
      )}
    </div>
  );
}

function ConditionFields({ choice, onChange }: FieldsProps) {
  return (
    <div className={styles.options}>
      <TextField label="Column" value={choice.column} onChange={(column) => onChange({ column })} />
      <Select
        label="Is"
        options={comparisons.map((id) => ({ id, label: id }))}
        value={choice.is}
        onChange={(is) => onChange({ is })}
      />
      <TextField label="Value" value={choice.value} onChange={(value) => onChange({ value })} />
    </div>
  );
}

function PercentField({ choice, onChange }: FieldsProps) {
  return (
    <NumberField
      label={choice.kind === "split" ? "Rows of the first part" : "Rows"}
      unit="%"
      min={1}
      max={99}
      value={choice.percent}
      onChange={(percent) => onChange({ percent: percent ?? 50 })}
    />
  );
}
