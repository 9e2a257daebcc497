/** Names that people give in the registry; the rules are MLflow's (mlflow/utils/validation.py), so that its clients work. */
import { SlipwayError } from "../base/index.ts";

/** @throws SLW_REGISTRY_NAME */
export function checkModelName(name: string): void {
  // oxlint-disable-next-line no-control-regex
  if (/^[^/:\u0000-\u001f\u007f]{1,256}$/.test(name) && name.trim() !== "" && name !== "." && name !== "..") return;
  throw new SlipwayError("SLW_REGISTRY_NAME", `A model cannot be called "${name.slice(0, 300)}".`, {
    details: { got: name.slice(0, 300) },
  });
}

/** Computed for every model: the greatest number, and the best by the primary metric. */
export const computedAliases = ["latest", "best"] as const;

/** @throws SLW_REGISTRY_ALIAS */
export function checkAlias(alias: string): void {
  const computed = (computedAliases as readonly string[]).includes(alias.toLowerCase());
  if (!computed && /^[\w-]{1,255}$/.test(alias) && !/^v\d+$/i.test(alias) && !/^\d+$/.test(alias)) return;
  const reason = computed ? "it is computed, not set" : "it is no name of an alias";
  throw new SlipwayError("SLW_REGISTRY_ALIAS", `The alias "${alias.slice(0, 300)}" cannot be set: ${reason}.`, {
    details: { got: alias.slice(0, 300) },
  });
}
