import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import type { AuditEntry } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  CopyAs,
  DataTable,
  EmptyState,
  ErrorCard,
  Page,
  pagesOf,
  RelativeTime,
  SearchBox,
  Toolbar,
  type Column,
  useSearchOf,
} from "../kit/index.ts";
import { auditInput } from "./search.ts";
import styles from "./settings.module.css";

export const route = createLazyRoute("/w/$workspace/audit")({ component: AuditPage });

const columns: readonly Column<AuditEntry>[] = [
  { id: "at", header: "When", cell: ({ at }) => <RelativeTime at={at} />, width: 130, cardSecondary: true },
  { id: "user", header: "Who", cell: ({ user }) => user, width: 140, cardSecondary: true },
  { id: "action", header: "What", cell: ({ action }) => action, width: 220, cardPrimary: true },
  { id: "subject", header: "Of what", cell: ({ subject }) => subject, width: 260, cardPrimary: true },
  {
    id: "details",
    header: "Details",
    cell: ({ details }) => <span className={styles.details}>{detailsText(details)}</span>,
  },
];

function AuditPage() {
  usePageTitle("Audit");
  const workspace = useWorkspace();
  const [search, change] = useSearchOf("/w/$workspace/audit");
  const list = useInfiniteQuery(infinite("listAudit", auditInput(workspace, search)));
  return (
    <Page
      title="Audit"
      description="Who changed what in this workspace, the newest first"
      actions={<CopyAs cli="slipway audit" rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/audit` }} />}
    >
      <Toolbar>
        <SearchBox label="User" value={search.user} onSearch={(user) => change({ user })} />
        <SearchBox
          label="What was changed"
          placeholder="dataset/bank"
          value={search.subject}
          onSearch={(subject) => change({ subject })}
        />
      </Toolbar>
      {list.error ? (
        <ErrorCard error={list.error} />
      ) : (
        <DataTable<AuditEntry>
          {...pagesOf(list)}
          label="Audit log"
          rowId={({ seq }) => String(seq)}
          columns={columns}
          empty={<EmptyState title="Nothing is in the log by these words" />}
        />
      )}
    </Page>
  );
}

function detailsText(details: AuditEntry["details"]): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("  ");
}
