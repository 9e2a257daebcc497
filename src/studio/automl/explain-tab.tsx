import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, ImportanceChart } from "../charts/index.ts";
import { EmptyState, ErrorCard, Notice, Skeleton, formatNumber } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { jsonArtifact, type RunFacts } from "./run-data.ts";

/** What the columns are worth to the best model. */
export function ExplainTab({ facts }: { readonly facts: RunFacts }): ReactElement {
  const workspace = useWorkspace();
  const { run, isActive, automl } = facts;
  const [{ find }, change] = useRunSearch();
  const { data, error, isLoading } = useQuery({
    ...jsonArtifact(workspace, run.id, "explanation.json", run.endedAt),
    enabled: !isActive,
  });
  if (error) return <ErrorCard error={error} />;
  if (isLoading) return <Skeleton height={320} />;
  if (!data) {
    return (
      <EmptyState title="No explanation">
        {isActive
          ? "What each column is worth to the best model is measured when the search is over."
          : "It was not asked for, or the run ended before there was time for it. A longer time limit leaves time."}
      </EmptyState>
    );
  }
  const columns = data.columns.toSorted((a, b) => b.mean - a.mean);
  const rows = `${formatNumber(data.rows)} ${data.on} rows`;
  return (
    <>
      <ChartFrame
        title="Importance of columns"
        description={`How much worse ${data.metric} gets when the column is shuffled, on ${rows} where it is ${formatNumber(data.value)}. Lines are standard deviations.`}
        fileName={`${run.name}-importance`}
        table={{
          columns: ["column", "mean", "standard deviation"],
          rows: columns.map(({ name, mean, deviation }) => [name, mean, deviation]),
        }}
      >
        <ImportanceChart
          columns={columns}
          metric={data.metric}
          {...(find !== undefined && { selected: find })}
          onSelect={(name) => change({ find: name === find ? undefined : name }, { replace: true })}
        />
      </ChartFrame>
      <Notice tone="info" title="What one answer comes from">
        A run keeps what columns are worth to all rows together. What each column did to one row's answer is told by a
        deployed model, in the Test tab of its endpoint, and by{" "}
        <code>
          slipway explain {automl.modelVersion === null ? "model.slipway" : automl.modelVersion.replace("/", "@")}{" "}
          FILE.csv
        </code>
        .
      </Notice>
    </>
  );
}
