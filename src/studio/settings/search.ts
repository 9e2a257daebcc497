import type { InputOf } from "../api/index.ts";

export const accessTabs = [
  { id: "tokens", label: "Your tokens" },
  { id: "users", label: "Users" },
  { id: "roles", label: "Roles" },
] as const;
export type AccessTab = (typeof accessTabs)[number]["id"];

export interface AuditSearch {
  readonly user?: string | undefined;
  readonly subject?: string | undefined;
}

export function auditInput(workspace: string, { user, subject }: AuditSearch): InputOf<"listAudit"> {
  return {
    workspace,
    query: { limit: 100, ...(user !== undefined && { user }), ...(subject !== undefined && { subject }) },
  };
}
