import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { DatasetVersionDetails } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Card, DateTime, DefinitionList, ErrorCard, Skeleton } from "../kit/index.ts";
import styles from "./data.module.css";
import type { PanelProps } from "./panel.ts";
import { sourceText } from "./source-text.ts";

/** From where the version came, and what was made of it. */
export function LineagePanel({ dataset, version }: PanelProps) {
  const workspace = useWorkspace();
  const input = { workspace, dataset, version: String(version.version) };
  const { data, error } = useQuery(query("getDatasetVersion", input));
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton />;
  return (
    <>
      <div className={styles.strip} role="list" aria-label="Lineage">
        <Stop kind="Source">{sourceText(data.source)}</Stop>
        {data.runId !== null && (
          <Stop kind="Made by the run">
            <Link to="/w/$workspace/jobs/$run" params={{ workspace, run: data.runId }}>
              {data.runId.slice(0, 8)}
            </Link>
          </Stop>
        )}
        {data.inputs.map((name) => (
          <VersionStop key={`${name.dataset}/${name.version}`} kind="Made of" {...name} />
        ))}
        <VersionStop kind="This version" dataset={dataset} version={data.version} isHere />
        {data.outputs.map((name) => (
          <VersionStop key={`${name.dataset}/${name.version}`} kind="Became" {...name} />
        ))}
      </div>
      <Card title="The version">
        <DefinitionList items={facts(data)} />
      </Card>
    </>
  );
}

function facts(data: DatasetVersionDetails): [string, ReactNode][] {
  return [
    ["Stored", <DateTime key="at" at={data.createdAt} />],
    ["By", data.createdBy],
    ["File", data.fileName],
    ["Format", data.format],
    ["sha256", <code key="sha">{data.sha256}</code>],
  ];
}

function Stop(props: { readonly kind: string; readonly isHere?: boolean; readonly children: ReactNode }) {
  return (
    <div className={styles.stop} role="listitem" data-here={props.isHere === true}>
      <span>{props.kind}</span>
      <div>{props.children}</div>
    </div>
  );
}

function VersionStop(props: {
  readonly kind: string;
  readonly dataset: string;
  readonly version: number;
  readonly isHere?: boolean;
}) {
  const workspace = useWorkspace();
  const { dataset, version } = props;
  return (
    <Stop kind={props.kind} isHere={props.isHere === true}>
      <Link to="/w/$workspace/data/$dataset" params={{ workspace, dataset }} search={{ version, tab: "lineage" }}>
        {dataset} {version}
      </Link>
    </Stop>
  );
}
