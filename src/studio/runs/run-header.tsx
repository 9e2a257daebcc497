import { useSuspenseQuery } from "@tanstack/react-query";
import { Suspense, type ReactElement, type ReactNode } from "react";
import type { Run } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import { CopyAs, Duration, Notice, Page, RelativeTime, Skeleton, type PageProps } from "../kit/index.ts";
import { RunActions } from "./run-actions.tsx";
import { kindLabels, pageStateOf } from "./run-state.ts";
import styles from "./run-header.module.css";

interface RunHeaderProps {
  /** Id of the run. */
  readonly run: string;
  /** Buttons beside the ones that every run has; the primary one last. */
  readonly actions?: ReactNode;
  readonly tabs?: PageProps["tabs"];
  readonly children?: ReactNode;
}

/** The whole frame of a run's page: title and state (also in the browser's tab), facts, why it failed, actions, tabs. */
export function RunHeader({ run: id, actions, tabs, children }: RunHeaderProps): ReactElement {
  const workspace = useWorkspace();
  const run = useSuspenseQuery(query("getRun", { workspace, run: id })).data;
  usePageTitle(run.name, pageStateOf(run.status));
  const path = `/api/v1/workspaces/${workspace}/runs/${run.id}`;
  return (
    <Page
      title={run.name}
      state={run.status}
      crumbs={[
        { label: "Jobs", link: { to: "/w/$workspace/jobs", params: { workspace } } },
        ...(run.parentId === null
          ? []
          : [
              {
                label: "Parent run",
                link: { to: "/w/$workspace/jobs/$run", params: { workspace, run: run.parentId } } as const,
              },
            ]),
      ]}
      description={<Facts run={run} />}
      actions={
        <>
          <CopyAs cli={`slipway runs show ${run.id}`} rest={{ method: "GET", path }} />
          <RunActions run={run} />
          {actions}
        </>
      }
      tabs={tabs}
    >
      {run.lifecycle === "deleted" && (
        <Notice tone="warn">This run is deleted. It can be restored until it is purged.</Notice>
      )}
      {run.statusReason !== null && run.status !== "FINISHED" && (
        <Notice tone={reasonTone(run)}>{run.statusReason}</Notice>
      )}
      <Suspense fallback={<Skeleton />}>{children}</Suspense>
    </Page>
  );
}

/** A pipeline's run that goes on as it should has no reason to. */
function reasonTone({ status, kind }: Run): "fail" | "warn" | "info" {
  if (status === "FAILED") return "fail";
  return status === "RUNNING" && kind === "pipeline" ? "warn" : "info";
}

function Facts({ run }: { readonly run: Run }): ReactElement {
  return (
    <span className={styles.facts}>
      <span>{kindLabels[run.kind]}</span>
      {run.startedAt === null ? (
        <span>
          Made <RelativeTime at={run.createdAt} />, not started
        </span>
      ) : (
        <>
          <span>
            Started <RelativeTime at={run.startedAt} />
          </span>
          <span>
            {run.endedAt === null ? "Running for " : "Took "}
            <Duration from={run.startedAt} to={run.endedAt} />
          </span>
        </>
      )}
      {run.user !== "" && <span>by {run.user}</span>}
      {run.source !== null && (
        <span>
          from <code>{run.source}</code>
          {run.commit !== null && (
            <>
              {" "}
              at <code title={run.commit}>{run.commit.slice(0, 8)}</code>
            </>
          )}
        </span>
      )}
    </span>
  );
}
