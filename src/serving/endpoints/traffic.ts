/** How requests are shared among the deployments of an endpoint, in whole percents. */
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { transaction, type Database, type Queryable } from "../../store/index.ts";
import { recordEndpointChange } from "./changes.ts";
import { deploymentOf, lockEndpoint, nextRevision, readEndpoint, updateEndpointRow } from "./rows.ts";
import type { By, Deployment, Endpoint, EndpointRef } from "./types.ts";

/** Percent by name of deployment; those that are not named get 0. */
export type Shares = Readonly<Record<string, number>>;

export interface TrafficChange extends EndpointRef, By {
  /** Together 100. */
  readonly traffic?: Shares | undefined;
  readonly mirror?: Shares | undefined;
}

/** @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_DEPLOYMENT, SLW_ENDPOINT_TRAFFIC, SLW_ENDPOINT_STATE */
export function setTraffic(database: Database, { traffic, mirror, actor, ...ref }: TrafficChange): Promise<Endpoint> {
  if (traffic === undefined && mirror === undefined) {
    throw new SlipwayError("SLW_ENDPOINT_TRAFFIC", "The request names neither traffic nor mirror.");
  }
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, ref);
    for (const name of namesIn({ ...traffic }, { ...mirror })) requireHealthy(deploymentOf(endpoint, name));
    if (traffic !== undefined) await writeTraffic(trx, endpoint, checkedShares(traffic));
    if (mirror !== undefined) await writeMirror(trx, endpoint, mirror);
    await updateEndpointRow(trx, endpoint.id, nextRevision());
    const data = { ...(traffic && { traffic }), ...(mirror && { mirror }) };
    await recordEndpointChange(trx, endpoint, { how: "updated", action: "setEndpointTraffic", actor, data });
    return (await readEndpoint(trx, endpoint.id)) as Endpoint;
  });
}

/**
 * The traffic before its last change, once: what is there then has nothing before it, so that a rollback that is asked
 * for twice does not lead back to what was rolled back.
 * @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_STATE where there is nothing to go back to
 */
export function rollBack(database: Database, { actor, ...ref }: EndpointRef & By): Promise<Endpoint> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, ref);
    const { name, deployments } = endpoint;
    const earlier = Object.fromEntries(deployments.map((each) => [each.name, each.previousTraffic]));
    const sum = deployments.reduce((total, { previousTraffic }) => total + previousTraffic, 0);
    if (sum !== 100 || deployments.every((each) => each.traffic === each.previousTraffic)) {
      throw new SlipwayError("SLW_ENDPOINT_STATE", `The endpoint "${name}" has no earlier traffic to go back to.`, {
        fix: "Share its traffic yourself: slipway endpoints traffic NAME blue=100",
        details: { endpoint: name },
      });
    }
    await writeTraffic(trx, endpoint, earlier);
    await trx
      .updateTable("deployments")
      .set({ previous_traffic: sql<number>`traffic` })
      .where("endpoint_id", "=", endpoint.id)
      .execute();
    await updateEndpointRow(trx, endpoint.id, nextRevision());
    const data = { traffic: earlier };
    await recordEndpointChange(trx, endpoint, { how: "updated", action: "rollBackEndpoint", actor, data });
    return (await readEndpoint(trx, endpoint.id)) as Endpoint;
  });
}

/** Those that are not named get 0; what they had is kept for a rollback. */
export async function writeTraffic(trx: Queryable, { deployments }: Endpoint, shares: Shares): Promise<void> {
  for (const { id, name, traffic } of deployments) {
    const percent = Object.hasOwn(shares, name) ? shares[name] : 0;
    await trx
      .updateTable("deployments")
      .set({ traffic: percent, previous_traffic: traffic, updated_at: sql<Date>`now()` })
      .where("id", "=", id)
      .execute();
  }
}

async function writeMirror(trx: Queryable, { deployments }: Endpoint, shares: Shares): Promise<void> {
  for (const { id, name } of deployments) {
    const mirror = Object.hasOwn(shares, name) ? shares[name] : 0;
    await trx.updateTable("deployments").set({ mirror }).where("id", "=", id).execute();
  }
}

/**
 * Traffic when one deployment gets `percent`: the others share the rest in their proportions, in whole percents that
 * together are 100 (largest remainders). Where no other has any, it gets all.
 */
export function sharesWith(deployments: readonly Deployment[], name: string, percent: number): Shares {
  const others = deployments.filter((each) => each.name !== name && each.traffic > 0);
  const sum = others.reduce((total, { traffic }) => total + traffic, 0);
  if (sum === 0) return { [name]: 100 };
  const rest = 100 - percent;
  const exact = others.map((each) => ({ name: each.name, share: (each.traffic * rest) / sum }));
  const shares: Record<string, number> = { [name]: percent };
  for (const each of exact) shares[each.name] = Math.floor(each.share);
  let missing = 100 - Object.values(shares).reduce((total, share) => total + share, 0);
  for (const each of exact.toSorted((a, b) => (b.share % 1) - (a.share % 1))) {
    if (missing-- > 0) shares[each.name] = (shares[each.name] as number) + 1;
  }
  return shares;
}

function namesIn(...shares: readonly Shares[]): string[] {
  return shares.flatMap((each) => Object.keys(each));
}

/** @throws SLW_ENDPOINT_TRAFFIC */
function checkedShares(traffic: Shares): Shares {
  const sum = Object.values(traffic).reduce((total, percent) => total + percent, 0);
  if (sum === 100) return traffic;
  throw new SlipwayError("SLW_ENDPOINT_TRAFFIC", `The traffic adds up to ${sum} percent, not 100.`, {
    details: { traffic, sum },
  });
}

/** @throws SLW_ENDPOINT_STATE */
function requireHealthy({ name, state }: Deployment): void {
  if (state === "Healthy") return;
  throw new SlipwayError("SLW_ENDPOINT_STATE", `The deployment "${name}" is ${state}: it can have no traffic.`, {
    fix: "Share the traffic among deployments that are healthy.",
    details: { deployment: name, state },
  });
}
