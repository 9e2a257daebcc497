import { useNavigate } from "@tanstack/react-router";
import type { ModelVersion } from "../../contract/index.ts";
import {
  Bytes,
  DataTable,
  ErrorCard,
  formatNumber,
  RelativeTime,
  StatusBadge,
  Tags,
  restOf,
  slipwayCommand,
  type Column,
  type ListPages,
  type MenuEntry,
} from "../kit/index.ts";
import { useVersionEntries } from "./version-menu.tsx";
import styles from "./models.module.css";

const columns: readonly Column<ModelVersion>[] = [
  { id: "version", header: "Version", width: 80, cardPrimary: true, cell: ({ version }) => `@${version}` },
  { id: "algorithm", header: "Algorithm", width: "2fr", cardSecondary: true, cell: ({ algorithm }) => algorithm },
  {
    id: "metric",
    header: "Primary metric",
    width: "3fr",
    cardSecondary: true,
    cell: (version) => <PrimaryMetric version={version} />,
  },
  { id: "state", header: "State", width: 170, cell: (version) => <VersionState version={version} /> },
  { id: "aliases", header: "Aliases", cell: ({ aliases }) => <Tags tags={aliases} max={3} /> },
  {
    id: "data",
    header: "Data",
    width: "2fr",
    cell: ({ lineage: { dataset } }) => (dataset === null ? "" : `${dataset.name}@${dataset.version ?? "–"}`),
  },
  { id: "size", header: "Size", align: "end", width: 90, cell: ({ size }) => <Bytes value={size} /> },
  { id: "created", header: "Registered", width: 120, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
];

function PrimaryMetric({ version: { primaryMetric, metrics } }: { readonly version: ModelVersion }) {
  if (primaryMetric === null) return <span className={styles.faint}>–</span>;
  return (
    <span>
      {formatNumber(metrics[primaryMetric])} <span className={styles.faint}>{primaryMetric}</span>
    </span>
  );
}

/** Stage, registration and restriction: what is worth a word. */
export function VersionState({
  version,
}: {
  readonly version: Pick<ModelVersion, "stage" | "status" | "restriction">;
}) {
  const { stage, status, restriction } = version;
  return (
    <span className={styles.states}>
      {status !== "READY" && <StatusBadge status={status} />}
      {stage !== "None" && <StatusBadge status={stage} />}
      {restriction && (
        <span title={restriction.reason}>
          <StatusBadge status={restriction.state} />
        </span>
      )}
    </span>
  );
}

/** Where one goes on from a version. */
function useVersionLinks(workspace: string, versions: readonly ModelVersion[]) {
  const navigate = useNavigate();
  return ({ model, version }: ModelVersion): MenuEntry[] => {
    const before = versions.find((other) => other.version < version);
    return [
      {
        id: "deploy",
        label: "Deploy",
        onAction: () =>
          void navigate({
            to: "/w/$workspace/endpoints/new",
            params: { workspace },
            search: { model: `${model}@${version}` },
          }),
      },
      {
        id: "compare",
        label: before === undefined ? "Compare" : `Compare with @${before.version}`,
        isDisabled: before === undefined,
        onAction: () =>
          void navigate({
            to: "/w/$workspace/models/$model",
            params: { workspace, model },
            search: { version: String(version), tab: "compare", against: String(before?.version) },
          }),
      },
    ];
  };
}

interface VersionsTableProps {
  readonly workspace: string;
  readonly pages: ListPages<ModelVersion>;
  readonly error: Error | null;
}

export function VersionsTable({ workspace, pages, error }: VersionsTableProps) {
  const { entriesOf, dialog } = useVersionEntries(workspace);
  const leadsTo = useVersionLinks(workspace, pages.rows);
  return (
    <>
      {error && <ErrorCard error={error} />}
      <DataTable
        {...pages}
        label="Versions, the newest first"
        columns={columns}
        rowId={({ version }) => String(version)}
        rowLabel={({ model, version }) => `${model}@${version}`}
        rowHref={({ model, version }) => ({
          to: "/w/$workspace/models/$model",
          params: { workspace, model },
          search: { version: String(version) },
        })}
        rowMenu={(version) => ({
          cli: slipwayCommand(["models", "show", `${version.model}@${version.version}`], workspace),
          rest: restOf("GET", workspace, "models", version.model, `/versions/${version.version}`),
          actions: [...leadsTo(version), ...entriesOf(version)],
        })}
        empty="No versions yet. Register a file, or the best model of a run."
      />
      {dialog}
    </>
  );
}
