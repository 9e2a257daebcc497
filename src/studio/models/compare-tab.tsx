/** A version beside another one: metrics, parameters that differ, columns that changed, size and speed. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ModelVersion, ModelVersionComparison } from "../../contract/index.ts";
import { infinite, query } from "../api/index.ts";
import {
  Card,
  CopyAs,
  DataTable,
  EmptyState,
  ErrorCard,
  formatBytes,
  formatNumber,
  pagesOf,
  Select,
  Skeleton,
  Toolbar,
  type Column,
  shellQuoted,
  restOf,
} from "../kit/index.ts";
import { versionsInput } from "./asked.ts";
import { comparisonRows, describeChange, type ComparedRow } from "./comparison.ts";
import { useModelSearch } from "./use-model-search.ts";
import type { VersionTabProps } from "./version-props.ts";
import styles from "./models.module.css";

export function CompareTab({ workspace, version: { model, version } }: VersionTabProps) {
  const [{ against }, change] = useModelSearch();
  const versions = useInfiniteQuery(infinite("listModelVersions", versionsInput(workspace, model)));
  const others = pagesOf(versions).rows.filter((each) => each.version !== version);
  const other = against ?? (others[0] && String(others[0].version));
  const { data, error } = useQuery({
    ...query("compareModelVersions", { workspace, model, version: String(version), query: { with: other ?? "" } }),
    enabled: other !== undefined,
  });
  if (versions.data && other === undefined)
    return (
      <EmptyState title="There is no other version to compare with">
        Register another version of {model} first.
      </EmptyState>
    );
  return (
    <>
      <Toolbar end={other !== undefined && <CopyComparison {...{ workspace, model, version, other }} />}>
        <OtherVersion others={others} chosen={other} onChoose={(next) => change({ against: next })} />
      </Toolbar>
      {error ? <ErrorCard error={error} /> : data ? <Comparison comparison={data} /> : <Skeleton height={320} />}
    </>
  );
}

interface CopyComparisonProps {
  readonly workspace: string;
  readonly model: string;
  readonly version: number;
  /** Number or alias of the version that it is compared with. */
  readonly other: string;
}

function CopyComparison({ workspace, model, version, other }: CopyComparisonProps) {
  const path = `/versions/${version}/compare?with=${encodeURIComponent(other)}`;
  return (
    <CopyAs
      cli={`slipway models compare ${shellQuoted(`${model}@${version}`)} @${other}`}
      rest={restOf("GET", workspace, "models", model, path)}
    />
  );
}

interface OtherVersionProps {
  readonly others: readonly ModelVersion[];
  readonly chosen: string | undefined;
  readonly onChoose: (version: string) => void;
}

function OtherVersion({ others, chosen, onChoose }: OtherVersionProps) {
  const options = others.map(({ version, algorithm }) => ({
    id: String(version),
    label: `Version ${version}`,
    description: algorithm,
  }));
  return (
    <div className={styles.reference}>
      <Select label="Compare with" options={withChosen(options, chosen)} value={chosen ?? null} onChange={onChoose} />
    </div>
  );
}

function withChosen<Option extends { readonly id: string; readonly label: string }>(
  options: readonly Option[],
  chosen: string | undefined,
) {
  if (chosen === undefined || options.some(({ id }) => id === chosen)) return options;
  return [{ id: chosen, label: chosen }, ...options];
}

function Comparison({ comparison }: { readonly comparison: ModelVersionComparison }) {
  const { a, b, schema } = comparison;
  const columns: readonly Column<ComparedRow>[] = [
    { id: "name", header: "Measure", width: "2fr", cardPrimary: true, cell: ({ name }) => name },
    ...(["a", "b"] as const).map((side): Column<ComparedRow> => {
      const { model, version } = comparison[side];
      return {
        id: side,
        header: `${model}@${version}`,
        width: "2fr",
        align: "end",
        cardSecondary: true,
        cell: ({ better, ...row }) => (
          <span className={better === side ? styles.better : undefined}>
            {row[side]}
            {better === side && " ▲"}
          </span>
        ),
      };
    }),
    { id: "difference", header: "Difference", align: "end", cell: ({ difference }) => difference },
  ];
  return (
    <>
      <DataTable
        label={`${a.model}@${a.version} and ${b.model}@${b.version}`}
        columns={columns}
        rows={comparisonRows(comparison, { bytes: formatBytes, number: (value) => formatNumber(value, { digits: 5 }) })}
        rowId={({ id }) => id}
      />
      <p className={styles.hint}>▲ marks the better one, by the direction of the metric.</p>
      <Card title="Columns that changed">
        {schema.length === 0 ? (
          <p className={styles.hint}>Both take the same columns.</p>
        ) : (
          <ul>
            {schema.map((each) => (
              <li key={`${each.name} ${each.change}`}>{describeChange(each)}</li>
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}
