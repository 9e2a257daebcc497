import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Card, CodeBlock, DateTime, DefinitionList, EmptyState } from "../kit/index.ts";
import { kindLabels } from "./run-state.ts";
import styles from "./run-config.module.css";

/** What the run was made with: parameters, where it comes from, its identifiers. @param run id */
export function RunConfig({ run: id }: { readonly run: string }): ReactElement {
  const workspace = useWorkspace();
  const run = useSuspenseQuery(query("getRun", { workspace, run: id })).data;
  const params = Object.entries(run.params).toSorted(([a], [b]) => a.localeCompare(b));
  const system = Object.entries(run.tags).filter(([key]) => key.startsWith("mlflow.") && key !== "mlflow.note.content");
  return (
    <div className={styles.config}>
      <Card title={`Parameters (${params.length})`}>
        {params.length === 0 ? (
          <EmptyState title="No parameters were logged" />
        ) : (
          <DefinitionList items={params.map(([name, value]) => [name, <Value key={name} text={value} />])} />
        )}
      </Card>
      <Card title="Identity">
        <DefinitionList
          items={[
            ["Run id", <code key="id">{run.id}</code>],
            ["Kind", kindLabels[run.kind]],
            ["Experiment", String(run.experiment)],
            ["Source", run.source ?? "–"],
            ["Commit", run.commit === null ? "–" : <code key="commit">{run.commit}</code>],
            ["Made", <DateTime key="made" at={run.createdAt} />],
            ["Started", <DateTime key="started" at={run.startedAt} />],
            ["Ended", <DateTime key="ended" at={run.endedAt} />],
            ["Artifacts", <code key="uri">{run.artifactUri}</code>],
          ]}
        />
      </Card>
      {system.length > 0 && (
        <Card title="Written by the MLflow client">
          <DefinitionList items={system.map(([name, value]) => [name, <Value key={name} text={value} />])} />
        </Card>
      )}
    </div>
  );
}

/** JSON as such, other text as it is. */
function Value({ text }: { readonly text: string }): ReactElement {
  const json = prettyJson(text);
  return json === null ? (
    <span className={styles.value}>{text === "" ? "–" : text}</span>
  ) : (
    <CodeBlock code={json} language="json" />
  );
}

/** @returns null where the text is no JSON object or list */
function prettyJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
