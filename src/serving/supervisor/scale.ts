/** How many replicas an endpoint should have: up at once, down slowly. */
import type { Autoscale } from "../config/index.ts";

/** How busy an endpoint was between two decisions. */
export interface LoadSample {
  /** performance.now(). */
  readonly at: number;
  /** Sum of the shares of their time that its replicas were busy: 1.4 for two that were busy 70 % each. */
  readonly busy: number;
}

/** Milliseconds for which a busy moment keeps replicas. */
export const keepFor = 60_000;

/**
 * Azure ML's rule (AksWebservice): as many as keep each at its target utilization.
 * @returns within minReplicas and maxReplicas
 */
export function replicasFor(busy: number, { minReplicas, maxReplicas, targetUtilization }: Autoscale): number {
  // 1.4 / 0.7 is 2.0000000000000004.
  const needed = Math.ceil((busy * 100) / targetUtilization - 1e-9);
  return Math.max(minReplicas, Math.min(maxReplicas, needed));
}

/**
 * @param samples those of the last `keepFor` milliseconds, ascending; the last one is now
 * @returns what the last sample needs, if that is more; one less than now, if no sample needs as many
 */
export function nextReplicas(now: number, samples: readonly LoadSample[], autoscale: Autoscale): number {
  const needs = samples.map(({ busy }) => replicasFor(busy, autoscale));
  const latest = needs.at(-1) ?? now;
  if (latest >= now) return latest;
  const within = Math.min(autoscale.maxReplicas, now);
  return Math.max(...needs) >= within ? within : Math.max(autoscale.minReplicas, within - 1);
}
