/** What a step or a run gave: values, and links to datasets, models and files. */
import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { PipelineRunStep } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { DefinitionList } from "../kit/index.ts";
import styles from "./step-panel.module.css";

type StepValue = NonNullable<PipelineRunStep["outputs"]>[string];

interface StepValuesProps {
  readonly values: Readonly<Record<string, StepValue>> | null;
  /** What is said where there are none. */
  readonly none: string;
}

export function StepValues({ values, none }: StepValuesProps): ReactElement {
  const entries = Object.entries(values ?? {});
  if (entries.length === 0) return <p className={styles.none}>{none}</p>;
  return (
    <DefinitionList
      items={entries.map(([name, value]) => [name, <Value key={name} value={value} />] as [string, ReactNode])}
    />
  );
}

function Value({ value }: { readonly value: StepValue }): ReactElement {
  const workspace = useWorkspace();
  const { type, dataset, model, version, runId, path } = value;
  if (type === "dataset" && dataset !== undefined) {
    return (
      <Link to="/w/$workspace/data/$dataset" params={{ workspace, dataset }} search={{ version }}>
        {dataset}
        {version !== undefined && `@${version}`}
      </Link>
    );
  }
  if (type === "model_version" && model !== undefined) {
    return (
      <Link to="/w/$workspace/models/$model" params={{ workspace, model }} search={{ version: version?.toString() }}>
        {model}
        {version !== undefined && `@${version}`}
      </Link>
    );
  }
  if (runId !== undefined) {
    return (
      <span>
        {typeLabels[type]}{" "}
        <Link to="/w/$workspace/jobs/$run" params={{ workspace, run: runId }} search={{ tab: "outputs", path }}>
          {path ?? "of its run"}
        </Link>
      </span>
    );
  }
  return <ValueText value={value.value} />;
}

const typeLabels: Readonly<Record<StepValue["type"], string>> = {
  value: "Value",
  dataset: "Dataset",
  model: "Model",
  model_version: "Model version",
  file: "File",
  folder: "Folder",
};

/** The item of a for_each: a value as such, anything else as the server describes it. */
export function plainItem(item: unknown): unknown {
  const isValue =
    typeof item === "object" && item !== null && "type" in item && item.type === "value" && "value" in item;
  return isValue ? item.value : item;
}

/** A short value in a line, a long one as JSON. An address stays a text: it was written by somebody else. */
export function ValueText({ value }: { readonly value: unknown }): ReactElement {
  const text =
    typeof value === "string" ? value : JSON.stringify(value, null, typeof value === "object" ? 2 : undefined);
  return <code className={styles.value}>{text ?? "–"}</code>;
}
