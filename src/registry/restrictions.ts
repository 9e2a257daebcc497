/** What may not be deployed, and what is in use. */
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { transaction, type Queryable } from "../store/index.ts";
import { lockVersion } from "./rows.ts";
import { findVersion } from "./versions.ts";
import { recordVersionChange } from "./version-events.ts";
import type { By, ModelUse, ModelVersion, ModelVersionDetails, RestrictionState, VersionRef } from "./types.ts";

/**
 * Nothing new may deploy the version from now on; what runs goes on. A later restriction takes the place of an earlier one.
 * @param reason in words, 1 to 2,000 characters: whoever tries to deploy it reads it
 * @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION
 */
export function restrictVersion(
  database: Queryable,
  { state, reason, actor, ...ref }: VersionRef & By & { readonly state: RestrictionState; readonly reason: string },
): Promise<ModelVersionDetails> {
  return transaction(database, async (trx) => {
    const { id } = await lockVersion(trx, ref);
    await trx
      .updateTable("model_versions")
      .set({
        restriction: state,
        restriction_reason: reason,
        restricted_by: actor.userName,
        restricted_at: sql`now()`,
        updated_at: sql`now()`,
      })
      .where("id", "=", id)
      .execute();
    await recordVersionChange(trx, { ...ref, actor }, "updated", "restrictModelVersion", {
      restriction: state,
      reason,
    });
    return findVersion(trx, ref);
  });
}

/** @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export function unrestrictVersion(
  database: Queryable,
  { actor, ...ref }: VersionRef & By,
): Promise<ModelVersionDetails> {
  return transaction(database, async (trx) => {
    const { id } = await lockVersion(trx, ref);
    await trx
      .updateTable("model_versions")
      .set({
        restriction: null,
        restriction_reason: null,
        restricted_by: null,
        restricted_at: null,
        updated_at: sql`now()`,
      })
      .where("id", "=", id)
      .execute();
    await recordVersionChange(trx, { ...ref, actor }, "updated", "unrestrictModelVersion", { restriction: null });
    return findVersion(trx, ref);
  });
}

/** @throws SLW_REGISTRY_RESTRICTED with the reason, SLW_REGISTRY_NOT_READY */
export function assertDeployable({ model, version, status, statusMessage, restriction }: ModelVersion): void {
  if (restriction !== null) {
    const { state, reason, by, at } = restriction;
    throw new SlipwayError("SLW_REGISTRY_RESTRICTED", `Version ${version} of "${model}" is ${state}: ${reason}`, {
      details: { model, version, state, reason, by, at: at.toISOString() },
    });
  }
  if (status === "READY") return;
  const text = `Version ${version} of "${model}" is ${status}${statusMessage === "" ? "" : `: ${statusMessage}`}.`;
  throw new SlipwayError("SLW_REGISTRY_NOT_READY", text, { details: { model, version, status } });
}

/** What uses the version, oldest first. @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export async function versionUses(database: Queryable, ref: VersionRef): Promise<ModelUse[]> {
  const { id } = await findVersion(database, ref);
  return database
    .selectFrom("model_uses")
    .select(["id", "kind", "name", "since"])
    .where("version_id", "=", id)
    .orderBy("since")
    .orderBy("id")
    .execute();
}
