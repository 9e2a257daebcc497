/** Aliases: names that people give to versions; an alias of a model stands for one version. */
import { SlipwayError } from "../base/index.ts";
import { transaction, type Queryable } from "../store/index.ts";
import { checkAlias } from "./names.ts";
import { lockModel, lockVersion, touchModel } from "./rows.ts";
import { recordVersionChange } from "./version-events.ts";
import type { By, ModelRef, VersionRef } from "./types.ts";

/** Moves the alias where another version has it. @throws SLW_REGISTRY_ALIAS, SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export function setAlias(
  database: Queryable,
  { alias, actor, ...ref }: VersionRef & By & { readonly alias: string },
): Promise<void> {
  checkAlias(alias);
  return transaction(database, async (trx) => {
    const { id, modelId } = await lockVersion(trx, ref);
    await pointAlias(trx, modelId, alias, id);
    await touchModel(trx, modelId);
    await recordVersionChange(trx, { ...ref, actor }, "updated", "setModelAlias", { alias });
  });
}

/** Call it with the model's row locked. */
export async function pointAlias(trx: Queryable, modelId: string, alias: string, versionId: string): Promise<void> {
  await trx
    .insertInto("model_aliases")
    .values({ model_id: modelId, alias, version_id: versionId })
    .onConflict((conflict) => conflict.columns(["model_id", "alias"]).doUpdateSet({ version_id: versionId }))
    .execute();
}

/** @returns the version that had it. @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_ALIAS_UNKNOWN */
export function deleteAlias(
  database: Queryable,
  { alias, actor, ...ref }: ModelRef & By & { readonly alias: string },
): Promise<number> {
  return transaction(database, async (trx) => {
    const { id } = await lockModel(trx, ref);
    const row = await trx
      .deleteFrom("model_aliases")
      .using("model_versions")
      .whereRef("model_versions.id", "=", "model_aliases.version_id")
      .where("model_aliases.model_id", "=", id)
      .where("alias", "=", alias)
      .returning("model_versions.version")
      .executeTakeFirst();
    if (row === undefined) throw unknownAlias(ref.model, alias);
    await touchModel(trx, id);
    await recordVersionChange(trx, { ...ref, version: row.version, actor }, "updated", "deleteModelAlias", { alias });
    return row.version;
  });
}

export function unknownAlias(model: string, alias: string): SlipwayError {
  return new SlipwayError("SLW_REGISTRY_ALIAS_UNKNOWN", `The model "${model}" has no alias "${alias}".`, {
    details: { model, alias },
  });
}
