import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Overview } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Card, DateTime, EmptyState, LinkButton, RelativeTime, StatusBadge } from "../kit/index.ts";
import styles from "./home.module.css";

/** Endpoints that are shown; the rest is a link. */
const shownEndpoints = 8;

export function EndpointsCard({ endpoints }: { readonly endpoints: Overview["endpoints"] }): ReactElement {
  const workspace = useWorkspace();
  return (
    <Card title="Endpoints" description="State and last request">
      {endpoints.length === 0 && (
        <EmptyState title="No model is deployed" command="slipway endpoints deploy NAME --model MODEL">
          An endpoint answers requests with a model.
        </EmptyState>
      )}
      <ul className={styles.list}>
        {endpoints.slice(0, shownEndpoints).map(({ name, state, lastRequestAt }) => (
          <li key={name} className={`${styles.item} ${styles.line}`}>
            <Link to="/w/$workspace/endpoints/$endpoint" params={{ workspace, endpoint: name }} className={styles.name}>
              {name}
            </Link>
            <StatusBadge status={state} />
            <span className={styles.when}>
              {lastRequestAt === null ? "never asked" : <RelativeTime at={lastRequestAt} />}
            </span>
          </li>
        ))}
      </ul>
      {endpoints.length > shownEndpoints && (
        <p className={styles.more}>
          <Link to="/w/$workspace/endpoints" params={{ workspace }}>
            All {endpoints.length} endpoints
          </Link>
        </p>
      )}
    </Card>
  );
}

export function NextFiringsCard({ firings }: { readonly firings: Overview["nextFirings"] }): ReactElement {
  const workspace = useWorkspace();
  return (
    <Card title="Next by schedule">
      {firings.length === 0 && (
        <EmptyState
          title="Nothing is scheduled"
          icon="clock"
          action={
            <LinkButton to="/w/$workspace/pipelines" params={{ workspace }} size="small">
              Pipelines
            </LinkButton>
          }
        />
      )}
      <ul className={styles.list}>
        {firings.map(({ schedule, name, pipeline, at }) => (
          <li key={`${schedule} ${at}`} className={`${styles.item} ${styles.line}`}>
            <Link
              to="/w/$workspace/pipelines/$pipeline"
              params={{ workspace, pipeline }}
              search={{ tab: "schedules" }}
              className={styles.name}
            >
              {name}
            </Link>
            <span className={styles.when}>
              <DateTime at={at} /> (<RelativeTime at={at} />)
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
