import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, ImportanceChart } from "../charts/index.ts";
import { EmptyState, ErrorCard, Skeleton, formatNumber } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { EffectsCharts } from "./effects-charts.tsx";
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
  const { data: effects } = useQuery({
    ...jsonArtifact(workspace, run.id, "effects.json", run.endedAt),
    enabled: !isActive,
  });
  if (error) return <ErrorCard error={error} />;
  if (isLoading) return <Skeleton height={320} />;
  if (!data) return <NoExplanation isActive={isActive} />;
  const columns = data.columns.toSorted((a, b) => b.mean - a.mean);
  const rows = `${formatNumber(data.rows)} ${data.on} rows`;
  return (
    <>
      <ChartFrame
        id="importance"
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
      {effects && (
        <EffectsCharts effects={effects} target={automl.target} first={columns[0]?.name} fileName={run.name} />
      )}
      <p>
        One answer at a time: the Test tab of an endpoint, or{" "}
        <code>
          slipway explain {automl.modelVersion === null ? "model.slipway" : automl.modelVersion.replace("/", "@")}{" "}
          FILE.csv
        </code>
        .
      </p>
    </>
  );
}

function NoExplanation({ isActive }: { readonly isActive: boolean }): ReactElement {
  return (
    <EmptyState title="No explanation">
      {isActive
        ? "What each column is worth to the best model is measured when the search is over."
        : "It was not asked for, or the run ended before there was time for it. A longer time limit leaves time."}
    </EmptyState>
  );
}
