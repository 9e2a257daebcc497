import { useQuery } from "@tanstack/react-query";
import type { ColumnProfile, DatasetComparison } from "../../contract/index.ts";
import { ColumnDistribution } from "../charts/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  DataTable,
  EmptyState,
  ErrorCard,
  formatNumber,
  formatPercent,
  Notice,
  Select,
  Skeleton,
  type Column,
} from "../kit/index.ts";
import { byDrift, driftLevel, schemaChanges } from "./comparison.ts";
import styles from "./data.module.css";
import type { PanelProps } from "./panel.ts";
import { versionsInput } from "./search.ts";

/** How this version differs from another one: schema, rows, and how far each column has moved. */
export function ComparePanel({ dataset, version, search, onChange }: PanelProps) {
  const workspace = useWorkspace();
  const { data: versions } = useQuery(query("listDatasetVersions", versionsInput(workspace, dataset)));
  const others = versions?.items.filter((item) => item.version !== version.version) ?? [];
  const against =
    search.against ?? others.find((item) => item.version < version.version)?.version ?? others[0]?.version;
  if (against === undefined)
    return <EmptyState title="There is only one version" command={`slipway data create ${dataset} FILE`} />;
  return (
    <>
      <div className={styles.bar}>
        <Select
          label="Compare with"
          options={others.map((item) => ({ id: String(item.version), label: `Version ${item.version}` }))}
          value={String(against)}
          onChange={(id) => onChange({ against: Number(id) })}
        />
      </div>
      <Comparison
        key={against}
        dataset={dataset}
        baseline={against}
        target={version.version}
        search={search}
        onChange={onChange}
      />
    </>
  );
}

type Moved = DatasetComparison["columns"][number];

const columns: readonly Column<Moved>[] = [
  { id: "name", header: "Column", cell: ({ name }) => name, cardPrimary: true },
  { id: "drift", header: "Drift", cell: (column) => driftLevel(column), width: 110, cardPrimary: true },
  {
    id: "psi",
    header: "PSI",
    cell: ({ populationStabilityIndex: value }) => formatDistance(value),
    align: "end",
    cardSecondary: true,
  },
  {
    id: "js",
    header: "Jensen–Shannon",
    cell: ({ jensenShannonDistance: value }) => formatDistance(value),
    align: "end",
  },
  {
    id: "ks",
    header: "Kolmogorov–Smirnov",
    cell: ({ kolmogorovSmirnov: value }) => formatDistance(value),
    align: "end",
  },
  {
    id: "nulls",
    header: "Empty",
    cell: ({ nullRatio }) => `${formatPercent(ratio(nullRatio.baseline))} → ${formatPercent(ratio(nullRatio.target))}`,
    align: "end",
    cardSecondary: true,
  },
];

function ratio(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function formatDistance(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

interface ComparisonProps extends Pick<PanelProps, "dataset" | "search" | "onChange"> {
  readonly baseline: number;
  readonly target: number;
}

function Comparison({ dataset, baseline, target, search, onChange }: ComparisonProps) {
  const workspace = useWorkspace();
  const input = { workspace, dataset, version: String(baseline), query: { with: String(target) } };
  const { data, error } = useQuery(query("compareDatasetVersions", input));
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton />;
  const changes = schemaChanges(data.schema);
  return (
    <>
      <p>
        {formatNumber(ratio(data.rows.baseline))} rows in version {baseline}, {formatNumber(ratio(data.rows.target))} in
        version {target}.
      </p>
      <Notice tone={changes.length === 0 ? "ok" : "warn"}>
        {changes.length === 0 ? "The columns and their types are the same." : changes.join(" ")}
      </Notice>
      <DataTable<Moved>
        label="Columns by drift"
        columns={columns}
        rows={byDrift(data.columns)}
        rowId={({ name }) => name}
        onOpen={({ name }) => onChange({ column: name })}
        {...(search.column !== undefined && { openId: search.column })}
      />
      {search.column !== undefined && (
        <Overlay dataset={dataset} versions={[baseline, target]} column={search.column} />
      )}
    </>
  );
}

/** One column of both versions in one picture. */
function Overlay(props: {
  readonly dataset: string;
  readonly versions: readonly [number, number];
  readonly column: string;
}) {
  const workspace = useWorkspace();
  const { dataset, versions, column } = props;
  const input = (version: number) => ({ workspace, dataset, version: String(version) });
  const before = useQuery(query("getDatasetProfile", input(versions[0])));
  const now = useQuery(query("getDatasetProfile", input(versions[1])));
  const find = (columns?: readonly ColumnProfile[]) => columns?.find(({ name }) => name === column);
  const [baseline, own] = [find(before.data?.columns), find(now.data?.columns)];
  if (!baseline || !own) return <Skeleton />;
  return (
    <section className={styles.section}>
      <h2>{column}</h2>
      <ColumnDistribution
        profile={own}
        baseline={baseline}
        names={[`Version ${versions[1]}`, `Version ${versions[0]}`]}
      />
    </section>
  );
}
