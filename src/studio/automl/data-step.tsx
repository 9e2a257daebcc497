/** Step 1: which rows, what to predict; beside it what the rows look like. */
import type { ReactElement } from "react";
import {
  ComboBox,
  EmptyState,
  ErrorCard,
  FileDrop,
  Notice,
  ProgressBar,
  RadioGroup,
  formatBytes,
  formatNumber,
} from "../kit/index.ts";
import { useUpload } from "../data/index.ts";
import { explainTask, type Task } from "./guess-target.ts";
import { PreviewTable } from "./preview-table.tsx";
import type { Change, StepProps } from "./step-props.ts";
import { TargetCard } from "./target-card.tsx";
import type { WizardFacts } from "./wizard-facts.ts";
import styles from "./wizard.module.css";

export function DataStep(props: StepProps): ReactElement {
  const { facts } = props;
  if (facts.dataset === null) {
    return (
      <EmptyState
        title="Start with a table"
        command="slipway data create NAME FILE.csv"
        action={<DropFile change={props.change} hasOthers={false} />}
      >
        Each row is an example, one column is the answer to learn.
      </EmptyState>
    );
  }
  return (
    <div className={styles.columns}>
      <div className={styles.fields}>
        <DatasetField {...props} />
        <TargetField {...props} />
        <TaskField {...props} />
        <DropFile change={props.change} hasOthers />
      </div>
      <div className={styles.beside}>
        {facts.error && <ErrorCard error={facts.error} command={`slipway data show ${facts.dataset}`} />}
        {facts.target && <TargetCard target={facts.target} task={facts.task} />}
        <Warnings facts={facts} />
        {facts.preview && (
          <PreviewTable
            rows={facts.preview}
            target={facts.target?.name ?? null}
            onTarget={(target) => props.change({ target, task: undefined, metric: undefined })}
          />
        )}
      </div>
    </div>
  );
}

/** All that another dataset has no use for. */
const forgotten = {
  version: undefined,
  target: undefined,
  task: undefined,
  metric: undefined,
  weight: undefined,
  monotone: undefined,
  purposes: undefined,
  drop: undefined,
  model: undefined,
};

function DatasetField({ search, change, facts }: StepProps): ReactElement {
  const { datasets, dataset, profile } = facts;
  const options = datasets.map(({ name, latest }) => ({
    id: name,
    label: name,
    ...(latest && { description: `${formatNumber(latest.rows)} rows, ${formatNumber(latest.columns)} columns` }),
  }));
  const isListed = options.some(({ id }) => id === dataset);
  const version = search.version === undefined ? "The newest version" : `Version ${search.version}`;
  return (
    <ComboBox
      label="Dataset"
      options={isListed || dataset === null ? options : [{ id: dataset, label: dataset }, ...options]}
      value={dataset}
      onChange={(chosen) => chosen !== null && chosen !== dataset && change({ ...forgotten, dataset: chosen })}
      empty="No dataset has this name"
      description={
        profile
          ? `${version}: ${formatNumber(profile.rows)} rows, ${formatNumber(profile.columns.length)} columns`
          : version
      }
    />
  );
}

function TargetField({ change, facts }: StepProps): ReactElement {
  const { profile, target, isGuess } = facts;
  const options = (profile?.columns ?? []).map(({ name, type, distinct }) => ({
    id: name,
    label: name,
    description: `${type}, ${formatNumber(distinct)} distinct`,
    isDisabled: type === "datetime",
  }));
  return (
    <ComboBox
      label="Target"
      options={options}
      value={target?.name ?? null}
      onChange={(chosen) => chosen !== null && change({ target: chosen, task: undefined, metric: undefined })}
      empty="No column has this name"
      description={
        isGuess && target ? "The column to predict: a guess by its name and place." : "The column to predict."
      }
      {...(profile && !target && { error: "No column looks like an answer. Choose the one to predict." })}
    />
  );
}

function TaskField({ change, facts }: StepProps): ReactElement | null {
  const { target, task, inferred } = facts;
  if (!target) return null;
  const choose = (chosen: Task): void => change({ task: chosen === inferred ? undefined : chosen, metric: undefined });
  return (
    <RadioGroup
      label="Task"
      isSegmented
      options={[
        { id: "classification", label: "Classification" },
        { id: "regression", label: "Regression", isDisabled: target.type === "string" },
      ]}
      value={task}
      onChange={choose}
      description={task === inferred ? explainTask(target) : `${explainTask(target)} You chose ${task}.`}
    />
  );
}

/** What looks wrong with the table or its columns, the target first; the run checks the same and says what it did. */
function Warnings({ facts: { profile, target } }: { readonly facts: WizardFacts }): ReactElement | null {
  if (!profile) return null;
  const ofColumns = profile.columns
    .toSorted((a, b) => Number(b.name === target?.name) - Number(a.name === target?.name))
    .flatMap(({ warnings }) => warnings);
  const messages = [...new Set([...profile.warnings, ...ofColumns].map(({ message }) => message))];
  if (messages.length === 0) return null;
  const shown = messages.slice(0, 4);
  return (
    <Notice tone="warn" title={messages.length === 1 ? "One thing to look at" : `${messages.length} things to look at`}>
      <ul className={styles.warnings}>
        {shown.map((message) => (
          <li key={message}>{message}</li>
        ))}
        {messages.length > shown.length && <li>and {messages.length - shown.length} more, on the dataset's profile</li>}
      </ul>
    </Notice>
  );
}

function DropFile({ change, hasOthers }: { readonly change: Change; readonly hasOthers: boolean }): ReactElement {
  const { start, progress, error } = useUpload();
  const take = async ([file]: File[]): Promise<void> => {
    const version = file && (await start(file));
    if (version) change({ ...forgotten, dataset: version.dataset });
  };
  return (
    <div className={styles.drop}>
      {progress ? (
        <ProgressBar
          label={progress.phase === "sending" ? `Uploading ${progress.fileName}` : `Reading ${progress.fileName}`}
          value={progress.phase === "sending" ? progress.received : null}
          max={progress.size}
          text={
            progress.phase === "sending"
              ? `${formatBytes(progress.received)} of ${formatBytes(progress.size)}`
              : "types and profile"
          }
        />
      ) : (
        <FileDrop
          accept={[".csv", ".tsv", ".txt", ".parquet"]}
          onFiles={(files) => void take(files)}
          buttonLabel="Choose a file"
        >
          {hasOthers ? "Or drop another CSV or Parquet file here" : "Drop a CSV or Parquet file here"}
        </FileDrop>
      )}
      {error && <ErrorCard error={error} />}
    </div>
  );
}
