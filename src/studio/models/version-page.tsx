/** One version of a model. */
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { query } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import { CopyAs, LinkButton, Notice, Page, Tags, shellQuoted, restOf } from "../kit/index.ts";
import type { ModelTab } from "./asked.ts";
import { CompareTab } from "./compare-tab.tsx";
import { FilesTab } from "./files-tab.tsx";
import { LineageStrip, type Uses } from "./lineage-strip.tsx";
import { LineageTab } from "./lineage-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { useModelSearch } from "./use-model-search.ts";
import type { VersionTabProps } from "./version-props.ts";
import { VersionMenu } from "./version-menu.tsx";
import { VersionState } from "./versions-table.tsx";
import styles from "./models.module.css";

const tabs = [
  { id: "overview", label: "Overview" },
  { id: "files", label: "Files" },
  { id: "lineage", label: "Lineage" },
  { id: "compare", label: "Compare" },
  { id: "versions", label: "All versions" },
] as const satisfies readonly { readonly id: ModelTab; readonly label: string }[];

interface VersionPageProps {
  readonly workspace: string;
  readonly model: string;
  /** A number, or a word that stands for one. */
  readonly version: string;
}

export function VersionPage({ workspace, model, version: asked }: VersionPageProps) {
  const version = useSuspenseQuery(query("getModelVersion", { workspace, model, version: asked })).data;
  const uses = useQuery(query("listModelVersionUses", { workspace, model, version: asked })).data?.items ?? [];
  const [{ tab = "overview" }] = useModelSearch();
  const navigate = useNavigate({ from: "/w/$workspace/models/$model" });
  const name = `${model}@${version.version}`;
  usePageTitle(name);
  return (
    <Page
      title={name}
      state={<Badges version={version} />}
      crumbs={[
        { label: "Models", link: { to: "/w/$workspace/models", params: { workspace }, search: {} } },
        { label: model, link: { to: "/w/$workspace/models/$model", params: { workspace, model }, search: {} } },
      ]}
      {...(version.description !== "" && { description: version.description })}
      actions={
        <>
          <CopyAs
            cli={`slipway models show ${shellQuoted(name)}`}
            rest={restOf("GET", workspace, "models", model, `/versions/${version.version}`)}
          />
          <VersionMenu workspace={workspace} version={version} uses={uses} />
          <LinkButton
            to="/w/$workspace/endpoints/new"
            params={{ workspace }}
            search={{ model: name }}
            variant="primary"
          >
            Deploy
          </LinkButton>
        </>
      }
      tabs={{
        tabs,
        selected: tab,
        onSelect: (id) =>
          void navigate({ search: (before) => ({ ...before, tab: id as ModelTab, version: String(version.version) }) }),
      }}
    >
      <div className={styles.panel}>
        <Notices version={version} />
        <Panel tab={tab} workspace={workspace} version={version} uses={uses} />
      </div>
    </Page>
  );
}

function Badges({ version }: Pick<VersionTabProps, "version">) {
  return (
    <>
      <VersionState version={version} />
      {version.aliases.length > 0 && <Tags tags={version.aliases} />}
    </>
  );
}

function Notices({ version: { restriction, statusMessage } }: Pick<VersionTabProps, "version">) {
  return (
    <>
      {restriction && (
        <Notice tone={restriction.state === "revoked" ? "fail" : "warn"}>
          {restriction.state === "revoked" ? "Nothing new may deploy it" : "A newer one should be used"}:{" "}
          {restriction.reason} ({restriction.by})
        </Notice>
      )}
      {statusMessage !== "" && <Notice tone="info">{statusMessage}</Notice>}
    </>
  );
}

function Panel({ tab, uses, ...props }: VersionTabProps & { readonly tab: ModelTab; readonly uses: Uses }) {
  if (tab === "files") return <FilesTab {...props} />;
  if (tab === "lineage") return <LineageTab {...props} uses={uses} />;
  if (tab === "compare") return <CompareTab {...props} />;
  return (
    <>
      <LineageStrip {...props} uses={uses} />
      <OverviewTab {...props} />
      {props.version.lineage.run !== null && (
        <p className={styles.hint}>
          What its answers come from stands in{" "}
          <Link
            to="/w/$workspace/jobs/$run"
            params={{ workspace: props.workspace, run: props.version.lineage.run }}
            search={{ tab: "explain" }}
            className={styles.link}
          >
            the explanation of its run
          </Link>
          .
        </p>
      )}
    </>
  );
}
