/** Which version is meant by "3", "latest", "best", "champion" or "Production". */
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import type { Queryable } from "../store/index.ts";
import { unknownAlias } from "./aliases.ts";
import { selectVersions, toVersion } from "./rows.ts";
import { findModel } from "./models.ts";
import { findVersion, latestVersions } from "./versions.ts";
import { modelStages, type ModelRef, type ModelStage, type ModelVersion, type ModelVersionDetails } from "./types.ts";

/**
 * @param reference a number, "latest" (the greatest number), "best" (bestVersion), an alias, or the name of a stage
 *   (the greatest number in it; None is no such name)
 * @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION, SLW_REGISTRY_ALIAS_UNKNOWN
 */
export async function resolveVersion(
  database: Queryable,
  { reference, ...ref }: ModelRef & { readonly reference: string },
): Promise<ModelVersionDetails> {
  const found = await numberOf(database, ref, reference);
  return findVersion(database, { ...ref, version: found });
}

async function numberOf(database: Queryable, ref: ModelRef, reference: string): Promise<number> {
  if (/^\d{1,9}$/.test(reference)) return Number(reference);
  const { aliases, latestVersion } = await findModel(database, ref);
  const alias = aliases.find((each) => each.alias === reference);
  if (alias !== undefined) return alias.version;
  const word = reference.toLowerCase();
  if (word === "latest") return latestVersion ?? throwNone(ref);
  if (word === "best") return (await bestVersion(database, ref)).version;
  const stage = modelStages.find((name) => name !== "None" && name.toLowerCase() === word) as ModelStage | undefined;
  if (stage === undefined) throw unknownAlias(ref.model, reference);
  const [inStage] = await latestVersions(database, { ...ref, stages: [stage] });
  if (inStage !== undefined) return inStage.version;
  throw new SlipwayError("SLW_REGISTRY_VERSION", `The model "${ref.model}" has no version in ${stage}.`, {
    details: { model: ref.model, stage },
  });
}

function throwNone({ model }: ModelRef): never {
  throw new SlipwayError("SLW_REGISTRY_VERSION", `The model "${model}" has no version.`, { details: { model } });
}

/**
 * The best by the primary metric of the newest version that has one; of equals, and where none has one, the newest.
 * Versions that are restricted, archived or not ready do not count.
 * @throws SLW_REGISTRY_VERSION where none counts
 */
export async function bestVersion(database: Queryable, ref: ModelRef): Promise<ModelVersion> {
  const counted = selectVersions(database, ref.workspaceId)
    .where("registered_models.name", "=", ref.model)
    .where("model_versions.status", "=", "READY")
    .where("model_versions.stage", "!=", "Archived")
    .where("model_versions.restriction", "is", null);
  const newest = await counted
    .where("model_versions.primary_metric", "is not", null)
    .orderBy("model_versions.version", "desc")
    .limit(1)
    .executeTakeFirst();
  const metric = newest?.primary_metric ?? "";
  const score = sql`(model_versions.metrics ->> ${metric})::float8`;
  const best = await counted
    .orderBy(isLowerBetter(metric) ? sql`${score} ASC NULLS LAST` : sql`${score} DESC NULLS LAST`)
    .orderBy("model_versions.version", "desc")
    .limit(1)
    .executeTakeFirst();
  return best === undefined ? throwNone(ref) : toVersion(best);
}

/** Azure ML's and scikit-learn's names of errors and losses; of all other metrics more is better. */
export function isLowerBetter(metric: string): boolean {
  return /(^|_)(error|loss|mae|mse|rmse|mape|rmsle)($|_)/.test(metric.toLowerCase());
}
