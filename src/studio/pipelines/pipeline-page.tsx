/** One pipeline: its graph, its runs, what starts it, its address, its text. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { Pipeline, PipelineVersionDetails } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import { CopyAs, LinkButton, Menu, Notice, Page, StatusBadge, apiPath, slipwayCommand } from "../kit/index.ts";
import { versionInput } from "./inputs.ts";
import { ArchivePipeline } from "./archive-pipeline.tsx";
import { PipelineEndpoint } from "./pipeline-endpoint.tsx";
import { PipelineGraph } from "./pipeline-graph.tsx";
import { PipelineRuns } from "./pipeline-runs.tsx";
import { PipelineSchedules } from "./pipeline-schedules.tsx";
import { PipelineText } from "./pipeline-text.tsx";
import type { ChangePipelineSearch, PipelineTab } from "./pipeline-search.ts";
import { VersionSelect } from "./version-select.tsx";
import styles from "./pipelines.module.css";

export const route = createLazyRoute("/w/$workspace/pipelines/$pipeline")({ component: PipelinePage });

const tabs: readonly { readonly id: PipelineTab; readonly label: string }[] = [
  { id: "graph", label: "Graph" },
  { id: "runs", label: "Runs" },
  { id: "schedules", label: "Schedules" },
  { id: "endpoint", label: "Endpoint" },
  { id: "yaml", label: "YAML" },
];

function PipelinePage(): ReactElement {
  const { workspace, pipeline: name } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  usePageTitle(name);
  const pipeline = useSuspenseQuery(query("getPipeline", { workspace, pipeline: name })).data;
  const version = useSuspenseQuery(query("getPipelineVersion", versionInput(workspace, name, search.version))).data;
  const change: ChangePipelineSearch = (changes) =>
    void navigate({
      from: "/w/$workspace/pipelines/$pipeline",
      to: ".",
      search: (before) => ({ ...before, ...changes }),
      resetScroll: false,
    });
  const tab = search.tab ?? "graph";
  return (
    <Page
      title={name}
      state={<StatusBadge status={pipeline.archived ? "ARCHIVED" : pipeline.status} />}
      crumbs={[{ label: "Pipelines", link: { to: "/w/$workspace/pipelines", params: { workspace } } }]}
      {...(pipeline.description !== "" && { description: pipeline.description })}
      actions={<Actions pipeline={pipeline} version={version} />}
      tabs={{
        tabs,
        selected: tab,
        onSelect: (next) => change({ tab: next === "graph" ? undefined : (next as PipelineTab), step: undefined }),
      }}
    >
      {version.status === "DISABLED" && tab !== "schedules" && (
        <Notice tone="warn">Version {version.version} is disabled: it is refused when it is submitted.</Notice>
      )}
      {(tab === "graph" || tab === "endpoint") && <VersionChoice version={version} change={change} />}
      {tab === "graph" && <PipelineGraph version={version} step={search.step} change={change} />}
      {tab === "runs" && <PipelineRuns pipeline={name} status={search.status} change={change} />}
      {tab === "schedules" && <PipelineSchedules pipeline={name} open={search.schedule} change={change} />}
      {tab === "endpoint" && (
        <PipelineEndpoint pipeline={pipeline} version={version} language={search.language} change={change} />
      )}
      {tab === "yaml" && (
        <PipelineText pipeline={pipeline} version={version} against={search.against} change={change} />
      )}
    </Page>
  );
}

function Actions(props: { readonly pipeline: Pipeline; readonly version: PipelineVersionDetails }): ReactElement {
  const { pipeline, version } = props;
  const { workspace } = route.useParams();
  const [asks, setAsks] = useState(false);
  const restore = useAction("updatePipeline", { success: `${pipeline.name} is there again` });
  const chosen = version.default ? undefined : version.version;
  const words = ["pipelines", "run", chosen === undefined ? pipeline.name : `${pipeline.name}@${chosen}`];
  return (
    <>
      <CopyAs
        cli={slipwayCommand(words, workspace)}
        rest={{ method: "POST", path: apiPath(workspace, "pipeline-runs"), body: { pipeline: words[2] } }}
      />
      <Menu
        label="More about the pipeline"
        icon="more"
        items={[
          pipeline.archived
            ? {
                id: "restore",
                label: "Take back from the archive",
                onAction: () =>
                  void restore.run({ workspace, pipeline: pipeline.name, body: { archived: false } }).catch(() => {}),
              }
            : { id: "archive", label: "Archive", danger: true, onAction: () => setAsks(true) },
        ]}
      />
      <ArchivePipeline pipeline={pipeline.name} isOpen={asks} onOpenChange={setAsks} />
      <LinkButton
        variant="primary"
        icon="play"
        to="/w/$workspace/pipelines/$pipeline/run"
        params={{ workspace, pipeline: pipeline.name }}
        search={{ version: chosen }}
      >
        Run
      </LinkButton>
    </>
  );
}

interface VersionChoiceProps {
  readonly version: PipelineVersionDetails;
  readonly change: ChangePipelineSearch;
}

function VersionChoice({ version, change }: VersionChoiceProps): ReactElement {
  return (
    <div className={styles.versionSelect}>
      <VersionSelect
        label="Version"
        pipeline={version.name}
        value={version.version}
        onChange={(next, isDefault) => change({ version: isDefault ? undefined : next, step: undefined })}
      />
    </div>
  );
}
