/** Where a version comes from and where it went: data, run, model, endpoints. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ModelVersion } from "../../contract/index.ts";
import type { ResultOf } from "../api/index.ts";
import { Icon } from "../kit/index.ts";
import { endpointsOf } from "./uses.ts";
import styles from "./models.module.css";

export type Uses = ResultOf<"listModelVersionUses">["items"];

interface LineageStripProps {
  readonly workspace: string;
  readonly version: ModelVersion;
  readonly uses: Uses;
}

export function LineageStrip({ workspace, version, uses }: LineageStripProps) {
  const stops = [...sources(workspace, version), ...targets(workspace, version, uses)];
  return (
    <ol className={styles.strip} aria-label="From the data to the endpoint">
      {stops.map(({ key, stop }, index) => (
        <li key={key}>
          {index > 0 && <Icon name="chevronRight" size={14} />}
          {stop}
        </li>
      ))}
    </ol>
  );
}

interface Stop {
  readonly key: string;
  readonly stop: ReactNode;
}

/** What it was made of. */
function sources(workspace: string, version: ModelVersion): Stop[] {
  const { dataset, run } = version.lineage;
  const stops: Stop[] = [];
  if (dataset)
    stops.push({
      key: "data",
      stop: (
        <Link
          to="/w/$workspace/data/$dataset"
          params={{ workspace, dataset: dataset.name }}
          search={dataset.version === null ? {} : { version: dataset.version }}
          className={styles.stop}
        >
          <span className={styles.kind}>Data</span>
          {dataset.name}@{dataset.version ?? "–"}
        </Link>
      ),
    });
  if (run !== null)
    stops.push({
      key: "run",
      stop: (
        <Link to="/w/$workspace/jobs/$run" params={{ workspace, run }} search={{}} className={styles.stop}>
          <span className={styles.kind}>Run</span>
          {run.slice(0, 8)}
        </Link>
      ),
    });
  return stops;
}

/** Itself, and where it went. */
function targets(workspace: string, version: ModelVersion, uses: Uses): Stop[] {
  const stops: Stop[] = [];
  stops.push({
    key: "model",
    stop: (
      <span className={styles.stop} aria-current="true">
        <span className={styles.kind}>Model</span>
        {version.model}@{version.version}
      </span>
    ),
  });
  for (const { endpoint, deployments } of endpointsOf(uses))
    stops.push({
      key: `endpoint ${endpoint}`,
      stop: (
        <Link
          to="/w/$workspace/endpoints/$endpoint"
          params={{ workspace, endpoint }}
          search={{ tab: "deployments" }}
          className={styles.stop}
        >
          <span className={styles.kind}>Endpoint, {deployments.join(", ")}</span>
          {endpoint}
        </Link>
      ),
    });
  return stops;
}
