/** The versions behind the endpoint, and how the requests are shared among them. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Deployment } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import {
  Button,
  Card,
  ConfirmDialog,
  CopyAs,
  formatNumber,
  IconButton,
  NumberField,
  RelativeTime,
  Slider,
  StatusBadge,
  restOf,
} from "../kit/index.ts";
import { AddDeploymentDialog } from "./add-deployment-dialog.tsx";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { metricsQuery } from "./metrics-query.ts";
import { sharesText, withShare } from "./traffic.ts";
import styles from "./deployments.module.css";

export default function DeploymentsTab({ workspace, endpoint }: EndpointTabProps) {
  const { name, deployments } = endpoint;
  const metrics = useQuery(metricsQuery({ workspace, endpoint: name, range: "1h" }));
  const requestsOf = (deployment: string): number | null => {
    if (!metrics.data) return null;
    const own = metrics.data.deployments.filter((each) => each.name === deployment && !each.mirrored);
    return own.reduce((sum, { total }) => sum + total.requests, 0);
  };
  // Drafts begin anew once what they were made from has changed.
  const key = deployments.map((each) => `${each.name}:${each.traffic}:${each.mirror}`).join(" ");
  return (
    <div className={styles.tab}>
      <Card
        title="Deployments"
        actions={
          <>
            <RollBack workspace={workspace} endpoint={name} />
            <AddDeploymentDialog workspace={workspace} endpoint={endpoint} />
          </>
        }
      >
        <ul className={styles.list}>
          {deployments.map((deployment) => (
            <DeploymentRow
              key={deployment.name}
              workspace={workspace}
              endpoint={name}
              deployment={deployment}
              requests={requestsOf(deployment.name)}
            />
          ))}
        </ul>
        <p className={styles.hint}>
          A request that carries the header <code>azureml-model-deployment: NAME</code> goes to that deployment,
          whatever the traffic.
        </p>
        {deployments.length === 0 && (
          <p className={styles.hint}>Nothing is deployed here; add a deployment to bring it back.</p>
        )}
      </Card>
      {deployments.length > 0 && <TrafficCard key={key} workspace={workspace} endpoint={endpoint} />}
    </div>
  );
}

interface DeploymentRowProps {
  readonly workspace: string;
  readonly endpoint: string;
  readonly deployment: Deployment;
  /** Of the last hour; null until it is known. */
  readonly requests: number | null;
}

function DeploymentRow({ workspace, endpoint, deployment, requests }: DeploymentRowProps) {
  const { name, model, state, stateReason, traffic, mirror, createdAt, createdBy } = deployment;
  const remove = useAction("deleteDeployment", { success: `${name} is removed` });
  const [asks, setAsks] = useState(false);
  const path = `/deployments/${encodeURIComponent(name)}`;
  return (
    <li className={styles.deployment}>
      <span className={styles.name}>{name}</span>
      <Link
        to="/w/$workspace/models/$model"
        params={{ workspace, model: model.name }}
        search={{ version: String(model.version) }}
        className={styles.link}
      >
        {model.name}@{model.version}
      </Link>
      <StatusBadge status={state} />
      <span className={styles.numbers}>
        <span>{traffic} % of the requests</span>
        {mirror > 0 && <span>copies of {mirror} %</span>}
        {requests !== null && <span>{formatNumber(requests)} in the last hour</span>}
        <span>
          made <RelativeTime at={createdAt} /> by {createdBy}
        </span>
      </span>
      <IconButton icon="trash" label={`Remove ${name}`} isDisabled={traffic > 0} onPress={() => setAsks(true)} />
      {stateReason !== null && <span className={styles.reason}>{stateReason}</span>}
      <ConfirmDialog
        title={`Remove ${name}`}
        isOpen={asks}
        onOpenChange={setAsks}
        confirmLabel="Remove"
        isDanger
        onConfirm={() => remove.run({ workspace, endpoint, deployment: name })}
        cli={`slipway endpoints remove ${endpoint} ${name}`}
        rest={restOf("DELETE", workspace, "endpoints", endpoint, path)}
      >
        <p>
          Its processes end; the version {model.name}@{model.version} stays in the registry.
        </p>
      </ConfirmDialog>
    </li>
  );
}

function TrafficCard({ workspace, endpoint: { name, deployments } }: EndpointTabProps) {
  const before = Object.fromEntries(deployments.map((each) => [each.name, each.traffic]));
  const mirrored = Object.fromEntries(deployments.map((each) => [each.name, each.mirror]));
  const [shares, setShares] = useState<Readonly<Record<string, number>>>(before);
  const [mirror, setMirror] = useState<Readonly<Record<string, number>>>(mirrored);
  const save = useAction("setEndpointTraffic", { success: "The traffic is shared anew" });
  const { isChanged, body, words } = trafficChange({ shares: before, mirror: mirrored }, { shares, mirror });
  return (
    <Card title="Traffic" description="Together 100 %: what one gets, the others give in their proportions.">
      <div className={styles.shares}>
        {deployments.map((each) => (
          <ShareRow
            key={each.name}
            deployment={each}
            share={shares[each.name] ?? 0}
            mirror={mirror[each.name] ?? 0}
            isAlone={deployments.length === 1}
            onShare={(value) => setShares(withShare(shares, each.name, value))}
            onMirror={(value) => setMirror({ ...mirror, [each.name]: value })}
          />
        ))}
      </div>
      <p className={styles.hint}>A copy is scored and logged, and its answer is dropped: a trial on real requests.</p>
      <div className={styles.actions}>
        <CopyAs
          cli={`slipway endpoints traffic ${name} ${words}`}
          rest={restOf("PUT", workspace, "endpoints", name, "/traffic", body)}
        />
        <Button
          isDisabled={!isChanged}
          onPress={() => {
            setShares(before);
            setMirror(mirrored);
          }}
        >
          Undo
        </Button>
        <Button
          variant="primary"
          isDisabled={!isChanged}
          isPending={save.pending}
          onPress={() => void save.run({ workspace, endpoint: name, body }).catch(() => undefined)}
        >
          Share the requests
        </Button>
      </div>
    </Card>
  );
}

interface Sharing {
  readonly shares: Readonly<Record<string, number>>;
  readonly mirror: Readonly<Record<string, number>>;
}

/** What is sent for a change of the traffic, and the same as operands of the command. */
function trafficChange(before: Sharing, { shares, mirror }: Sharing) {
  const given = Object.fromEntries(Object.entries(mirror).filter(([, share]) => share > 0));
  const isMirrorChanged = sharesText(mirror) !== sharesText(before.mirror);
  return {
    isChanged: isMirrorChanged || sharesText(shares) !== sharesText(before.shares),
    body: { traffic: shares, ...(isMirrorChanged && { mirror: given }) },
    words: `${sharesText(shares)}${isMirrorChanged ? ` --mirror ${sharesText(given) || "none"}` : ""}`,
  };
}

interface ShareRowProps {
  readonly deployment: Deployment;
  readonly share: number;
  readonly mirror: number;
  /** A lone deployment keeps all. */
  readonly isAlone: boolean;
  readonly onShare: (percent: number) => void;
  readonly onMirror: (percent: number) => void;
}

function ShareRow({ deployment, share, mirror, isAlone, onShare, onMirror }: ShareRowProps) {
  return (
    <div className={styles.share}>
      <Slider
        label={`${deployment.name}, ${deployment.model.name}@${deployment.model.version}`}
        min={0}
        max={100}
        value={share}
        isDisabled={isAlone && deployment.traffic === 100}
        format={(value) => `${value} %`}
        onChange={onShare}
      />
      <NumberField
        label={`Copies for ${deployment.name}`}
        unit="%"
        min={0}
        max={100}
        value={mirror}
        onChange={(value) => onMirror(value ?? 0)}
      />
    </div>
  );
}

function RollBack({ workspace, endpoint: name }: { readonly workspace: string; readonly endpoint: string }) {
  const rollBack = useAction("rollBackEndpoint", { success: "The traffic is as it was before its last change" });
  return (
    <ConfirmDialog
      title="Roll the traffic back"
      trigger={<Button size="small">Roll back</Button>}
      confirmLabel="Roll back"
      onConfirm={() => rollBack.run({ workspace, endpoint: name })}
      cli={`slipway endpoints rollback ${name}`}
      rest={restOf("POST", workspace, "endpoints", name, "/rollback")}
    >
      <p>The deployments get the traffic that they had before its last change.</p>
    </ConfirmDialog>
  );
}
