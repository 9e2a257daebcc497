/** An endpoint: trying it out, calling it, watching it, changing it. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { EndpointDetails } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { usePageTitle, useWorkspace, type PageState } from "../app/index.ts";
import { CopyButton, Notice, Page, Skeleton } from "../kit/index.ts";
import type { EndpointTab } from "./asked.ts";
import { EndpointActions } from "./endpoint-actions.tsx";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import styles from "./endpoint.module.css";

export const route = createLazyRoute("/w/$workspace/endpoints/$endpoint")({ component: EndpointPage });

const TestTab = lazy(() => import("./test-tab.tsx"));
const ConsumeTab = lazy(() => import("./consume-tab.tsx"));
const SwaggerTab = lazy(() => import("./swagger-tab.tsx"));
const LogsTab = lazy(() => import("./logs-tab.tsx"));
const MetricsTab = lazy(() => import("./metrics-tab.tsx"));
const DeploymentsTab = lazy(() => import("./deployments-tab.tsx"));
const SettingsTab = lazy(() => import("./settings-tab.tsx"));

const tabs = [
  { id: "test", label: "Test" },
  { id: "consume", label: "Consume" },
  { id: "swagger", label: "Swagger" },
  { id: "logs", label: "Logs" },
  { id: "metrics", label: "Metrics" },
  { id: "deployments", label: "Deployments" },
  { id: "settings", label: "Settings" },
] as const satisfies readonly { readonly id: EndpointTab; readonly label: string }[];

const titleStates: Readonly<Record<EndpointDetails["state"], PageState | undefined>> = {
  Transitioning: "running",
  Healthy: "done",
  Unhealthy: "failed",
  Failed: "failed",
  Stopped: undefined,
};

function EndpointPage() {
  const workspace = useWorkspace();
  const { endpoint: name } = route.useParams();
  const { tab = "test" } = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/endpoints/$endpoint" });
  const endpoint = useSuspenseQuery(query("getEndpoint", { workspace, endpoint: name })).data;
  usePageTitle(endpoint.name, titleStates[endpoint.state]);
  return (
    <Page
      title={endpoint.name}
      state={endpoint.state}
      crumbs={[{ label: "Endpoints", link: { to: "/w/$workspace/endpoints", params: { workspace }, search: {} } }]}
      description={<Address endpoint={endpoint} />}
      actions={<EndpointActions workspace={workspace} endpoint={endpoint} />}
      tabs={{
        tabs: tabs.map((each) => (each.id === "deployments" ? { ...each, count: endpoint.deployments.length } : each)),
        selected: tab,
        onSelect: (id) => void navigate({ search: { tab: id as EndpointTab } }),
      }}
    >
      {endpoint.stateReason !== null && (
        <Notice tone={endpoint.state === "Transitioning" ? "info" : "fail"}>{endpoint.stateReason}</Notice>
      )}
      <Suspense fallback={<Skeleton height={320} />}>
        <Panel tab={tab} workspace={workspace} endpoint={endpoint} />
      </Suspense>
    </Page>
  );
}

function Address({ endpoint: { scoringUri, description } }: { readonly endpoint: EndpointDetails }) {
  return (
    <span className={styles.address}>
      <code>{scoringUri}</code>
      <CopyButton text={scoringUri} label="Copy the scoring URL" />
      {description !== "" && <span>{description}</span>}
    </span>
  );
}

const panels: Readonly<Record<EndpointTab, React.ComponentType<EndpointTabProps>>> = {
  test: TestTab,
  consume: ConsumeTab,
  swagger: SwaggerTab,
  logs: LogsTab,
  metrics: MetricsTab,
  deployments: DeploymentsTab,
  settings: SettingsTab,
};

function Panel({ tab, ...props }: EndpointTabProps & { readonly tab: EndpointTab }) {
  const Tab = panels[tab];
  return <Tab {...props} />;
}
