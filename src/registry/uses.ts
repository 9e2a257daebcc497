/** What uses a version: as long as it does, the version is not deleted. */
import { newId } from "../base/index.ts";
import type { Queryable } from "../store/index.ts";
import { lockVersion } from "./rows.ts";
import type { VersionRef } from "./types.ts";

export interface UseRef {
  /** "deployment", "release". */
  readonly kind: string;
  /** "bank/blue". */
  readonly name: string;
}

/** Call it with the transaction that makes what uses the version. @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export async function addUse(trx: Queryable, { kind, name, ...ref }: VersionRef & UseRef): Promise<void> {
  // Locked: a deletion at the same time sees this use, or this use finds no version.
  const { id } = await lockVersion(trx, ref);
  await trx
    .insertInto("model_uses")
    .values({ id: newId(), workspace_id: ref.workspaceId, version_id: id, kind, name })
    .execute();
}

/** Call it with the transaction that removes what used the version. */
export async function removeUse(
  trx: Queryable,
  { workspaceId, kind, name }: UseRef & { readonly workspaceId: string },
): Promise<void> {
  await trx
    .deleteFrom("model_uses")
    .where("workspace_id", "=", workspaceId)
    .where("kind", "=", kind)
    .where("name", "=", name)
    .execute();
}
