import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Dataset, DatasetVersion } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  Bytes,
  CopyAs,
  EmptyState,
  formatNumber,
  LinkButton,
  Page,
  RelativeTime,
  Select,
  Tags,
  useSearchOf,
} from "../kit/index.ts";
import type { PanelProps } from "./panel.ts";
import { ComparePanel } from "./compare-panel.tsx";
import { DatasetMenu } from "./dataset-menu.tsx";
import { LineagePanel } from "./lineage-panel.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import { ProfilePanel } from "./profile-panel.tsx";
import { SchemaPanel } from "./schema-panel.tsx";
import { datasetTabs, versionsInput, type DatasetTab } from "./search.ts";
import styles from "./data.module.css";

export const route = createLazyRoute("/w/$workspace/data/$dataset")({ component: DatasetPage });

function DatasetPage() {
  const workspace = useWorkspace();
  const { dataset } = route.useParams();
  usePageTitle(dataset);
  const [search, change] = useSearchOf("/w/$workspace/data/$dataset");
  const about = useSuspenseQuery(query("getDataset", { workspace, dataset })).data;
  const { items } = useSuspenseQuery(query("listDatasetVersions", versionsInput(workspace, dataset))).data;
  const version = items.find((item) => item.version === search.version) ?? items[0];
  const tab = search.tab ?? "preview";
  return (
    <Page
      title={dataset}
      {...(about.archivedAt !== null && { state: "ARCHIVED" })}
      crumbs={[{ label: "Data", link: { to: "/w/$workspace/data", params: { workspace } } }]}
      {...(version && { description: <Summary dataset={about} version={version} /> })}
      actions={<Actions about={about} version={version} />}
      {...(version && {
        tabs: {
          tabs: datasetTabs,
          selected: tab,
          onSelect: (id: string) => change({ tab: id as DatasetTab, column: undefined, q: undefined }),
        },
      })}
    >
      {version === undefined ? (
        <EmptyState title="The dataset has no version yet" command={`slipway data create ${dataset} FILE`} />
      ) : (
        <div className={styles.stack}>
          {items.length > 1 && (
            <VersionChoice items={items} version={version} onChoose={(chosen) => change({ version: chosen })} />
          )}
          <Panel tab={tab} dataset={dataset} version={version} search={search} onChange={change} />
        </div>
      )}
    </Page>
  );
}

function Actions({ about, version }: { readonly about: Dataset; readonly version: DatasetVersion | undefined }) {
  const workspace = useWorkspace();
  const dataset = about.name;
  return (
    <>
      <CopyAs
        cli={`slipway data show ${dataset}`}
        rest={{
          method: "GET",
          path: `/api/v1/workspaces/${workspace}/datasets/${dataset}/versions/${version?.version ?? "latest"}`,
        }}
      />
      <DatasetMenu dataset={about} version={version} />
      {version && (
        <LinkButton
          variant="primary"
          to="/w/$workspace/automl/new"
          params={{ workspace }}
          search={{ dataset, version: version.version }}
        >
          Train on this
        </LinkButton>
      )}
    </>
  );
}

const panels: Readonly<Record<DatasetTab, (props: PanelProps) => ReactElement>> = {
  preview: PreviewPanel,
  profile: ProfilePanel,
  schema: SchemaPanel,
  diff: ComparePanel,
  lineage: LineagePanel,
};

function Panel({ tab, ...props }: PanelProps & { readonly tab: DatasetTab }) {
  const Shown = panels[tab];
  // A panel of another version is another panel: nothing of it stays.
  return <Shown key={props.version.version} {...props} />;
}

function Summary({ dataset, version }: { readonly dataset: Dataset; readonly version: DatasetVersion }) {
  return (
    <>
      {dataset.description !== "" && <>{dataset.description} · </>}
      {formatNumber(version.rows)} rows, {version.columns} columns, <Bytes value={version.size} /> · version{" "}
      {version.version} by {version.createdBy}, <RelativeTime at={version.createdAt} />{" "}
      <Tags tags={{ ...dataset.tags, ...version.tags }} />
    </>
  );
}

function VersionChoice(props: {
  readonly items: readonly DatasetVersion[];
  readonly version: DatasetVersion;
  readonly onChoose: (version: number) => void;
}) {
  return (
    <div className={styles.bar}>
      <Select
        label="Version"
        options={props.items.map(({ version, rows }) => ({
          id: String(version),
          label: `Version ${version}`,
          description: `${formatNumber(rows)} rows`,
        }))}
        value={String(props.version.version)}
        onChange={(id) => props.onChoose(Number(id))}
      />
    </div>
  );
}
