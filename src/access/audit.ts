import { readPage, type Database, type Page, type PageRequest } from "../store/index.ts";

export interface AuditEntry {
  readonly seq: number;
  readonly at: Date;
  /** As it was then. */
  readonly user: string;
  /** Name of the operation: "createDataset". */
  readonly action: string;
  /** What was changed: "dataset/bank". */
  readonly subject: string;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  readonly user?: string | undefined;
  /** Beginning of the subject. */
  readonly subject?: string | undefined;
}

/** Newest first. */
export function listAudit(
  database: Database,
  workspaceId: string,
  { user, subject }: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEntry>> {
  let query = database
    .selectFrom("audit")
    .select(["seq", "at", "user_name as user", "action", "subject", "request_id as requestId", "details"])
    .where("workspace_id", "=", workspaceId);
  if (user !== undefined) query = query.where("user_name", "=", user);
  if (subject !== undefined) query = query.where((where) => where.fn("starts_with", ["subject", where.val(subject)]));
  const order = { sortable: { seq: "seq" }, byDefault: "-seq", unique: "seq" };
  return readPage<AuditEntry>(query, page, order, ({ seq }) => [seq, seq]);
}
