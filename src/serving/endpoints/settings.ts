/** Settings of an endpoint: what is asked for, merged into what is there. */
import { SlipwayError } from "../../base/index.ts";
import type { Autoscale, DataCollection, EndpointSettings } from "../config/index.ts";
import type { ComputeType } from "./types.ts";

/** Only what is to change; objects within are merged too. */
export type SettingChanges = Partial<Omit<EndpointSettings, "autoscale" | "dataCollection">> & {
  readonly autoscale?: Partial<Autoscale>;
  readonly dataCollection?: Partial<DataCollection>;
};

/** @throws SLW_ENDPOINT_SETTINGS where they do not go together */
export function mergeSettings(
  settings: EndpointSettings,
  changes: SettingChanges,
  computeType: ComputeType,
): EndpointSettings {
  const merged: EndpointSettings = {
    ...settings,
    ...changes,
    autoscale: { ...settings.autoscale, ...changes.autoscale },
    dataCollection: { ...settings.dataCollection, ...changes.dataCollection },
  };
  const { minReplicas, maxReplicas } = merged.autoscale;
  if (minReplicas > maxReplicas) {
    throw new SlipwayError(
      "SLW_ENDPOINT_SETTINGS",
      `autoscale.minReplicas is ${minReplicas}, more than autoscale.maxReplicas, ${maxReplicas}.`,
      { details: { minReplicas, maxReplicas } },
    );
  }
  if (computeType === "quick" && wantsReplicas(merged)) {
    throw new SlipwayError("SLW_ENDPOINT_SETTINGS", "A quick endpoint has one process: it has no replicas to set.", {
      fix: 'Make its computeType "production", or leave replicas at 1 and autoscale disabled.',
      details: { computeType, replicas: merged.replicas, autoscale: merged.autoscale.enabled },
    });
  }
  return merged;
}

/** Do they need a production endpoint? */
export function wantsReplicas(changes: SettingChanges): boolean {
  return (changes.replicas ?? 1) > 1 || changes.autoscale?.enabled === true;
}
