import { SlipwayError } from "../base/index.ts";
import type { Queryable } from "../store/index.ts";

/** @throws SLW_REGISTRY_IN_USE where something uses the version with this id, or a version of the model with this id */
export async function refuseUsed(
  trx: Queryable,
  column: "model_versions.id" | "model_versions.model_id",
  id: string,
): Promise<void> {
  const use = await trx
    .selectFrom("model_uses")
    .innerJoin("model_versions", "model_versions.id", "model_uses.version_id")
    .innerJoin("registered_models", "registered_models.id", "model_versions.model_id")
    .where(column, "=", id)
    .select(["model_uses.kind", "model_uses.name", "model_versions.version", "registered_models.name as model"])
    .limit(1)
    .executeTakeFirst();
  if (use === undefined) return;
  const { kind, name, model, version } = use;
  throw new SlipwayError("SLW_REGISTRY_IN_USE", `The ${kind} "${name}" uses version ${version} of "${model}".`, {
    details: { kind, name, model, version },
  });
}
