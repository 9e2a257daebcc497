import { recordChange, type Queryable } from "../store/index.ts";
import type { By, VersionRef } from "./types.ts";

/** The event and the audit entry of a change to a version; `data` is added to the model's name and the number. */
export function recordVersionChange(
  trx: Queryable,
  { workspaceId, model, version, actor }: VersionRef & By,
  how: "created" | "updated" | "deleted",
  action: string,
  data: Record<string, unknown>,
): Promise<void> {
  return recordChange(trx, {
    workspaceId,
    type: `model.version.${how}`,
    subject: `model/${model}/${version}`,
    data: { model, version, ...data },
    actor,
    action,
  });
}
