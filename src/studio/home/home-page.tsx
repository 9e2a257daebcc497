import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Overview } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useCurrentUser, usePageTitle, useWorkspace } from "../app/index.ts";
import { CopyAs, LinkButton, Page, Switch } from "../kit/index.ts";
import { ActiveRuns } from "./active-runs.tsx";
import { EndpointsCard, NextFiringsCard } from "./side-cards.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { StartHere } from "./start-here.tsx";
import { LastDay } from "./last-day.tsx";
import styles from "./home.module.css";

export const route = createLazyRoute("/w/$workspace/")({ component: HomePage });

/** What is going on: what runs, what waits for somebody, the last day, what answers, what comes next. */
function HomePage(): ReactElement {
  const workspace = useWorkspace();
  const { user } = useCurrentUser();
  const { mine = false } = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/" });
  const all = useSuspenseQuery(query("getOverview", { workspace })).data;
  const overview = mine ? ofUser(all, user) : all;
  usePageTitle("Home");
  const isNew = [all.active, all.approvals, all.recent, all.failed, all.endpoints, all.nextFirings].every(
    (part) => part.length === 0,
  );
  return (
    <Page
      title="Home"
      actions={
        <>
          {!isNew && (
            <Switch
              label="Only mine"
              value={mine}
              onChange={(isOn) => void navigate({ to: ".", search: { mine: isOn || undefined }, replace: true })}
            />
          )}
          <CopyAs rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/overview` }} />
          <LinkButton variant="primary" to="/w/$workspace/automl/new" params={{ workspace }}>
            Start AutoML
          </LinkButton>
        </>
      }
    >
      {isNew ? (
        <StartHere />
      ) : (
        <div className={styles.home}>
          <NeedsYou approvals={overview.approvals} failed={overview.failed} />
          <ActiveRuns runs={overview.active} />
          <LastDay runs={overview.recent} />
          <EndpointsCard endpoints={overview.endpoints} />
          <NextFiringsCard firings={overview.nextFirings} />
        </div>
      )}
    </Page>
  );
}

/** Approvals are everybody's. */
function ofUser(overview: Overview, user: string): Overview {
  const isTheirs = (run: { readonly user: string }): boolean => run.user === user;
  return {
    ...overview,
    active: overview.active.filter(isTheirs),
    failed: overview.failed.filter(isTheirs),
    recent: overview.recent.filter(isTheirs),
  };
}
