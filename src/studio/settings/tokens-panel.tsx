import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Token } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import {
  Button,
  ConfirmDialog,
  CopyAs,
  DataTable,
  EmptyState,
  StatusBadge,
  Toolbar,
  RelativeTime,
  type Column,
} from "../kit/index.ts";
import { NewTokenDialog } from "./new-token-dialog.tsx";

/** The signed-in user's own tokens. */
export function TokensPanel() {
  const { items } = useSuspenseQuery(query("listMyTokens", { query: { limit: 200 } })).data;
  const create = useAction("createMyToken");
  const [revoked, setRevoked] = useState<Token | null>(null);
  return (
    <>
      <Toolbar>
        <NewTokenDialog
          trigger={<Button variant="primary">New token</Button>}
          twin={{
            cli: "slipway tokens create NAME",
            rest: { method: "POST", path: "/api/v1/me/tokens", body: { name: "ci" } },
          }}
          onCreate={(body) => create.run({ body })}
        />
        <CopyAs cli="slipway tokens list" rest={{ method: "GET", path: "/api/v1/me/tokens" }} />
      </Toolbar>
      <DataTable<Token>
        label="Your tokens"
        rows={items}
        rowId={({ id }) => id}
        rowMenu={(token) => ({
          cli: `slipway tokens revoke ${token.id}`,
          rest: { method: "DELETE", path: `/api/v1/me/tokens/${token.id}` },
          actions: [
            {
              id: "revoke",
              label: "Revoke",
              danger: true,
              isDisabled: token.revokedAt !== null,
              onAction: () => setRevoked(token),
            },
          ],
        })}
        columns={columnsOf(setRevoked)}
        empty={<EmptyState title="No token" command="slipway tokens create ci" />}
      />
      <RevokeDialog token={revoked} onClose={() => setRevoked(null)} />
    </>
  );
}

function columnsOf(onRevoke: (token: Token) => void): Column<Token>[] {
  return [
    { id: "name", header: "Name", cell: ({ name }) => name, cardPrimary: true },
    { id: "state", header: "State", cell: (token) => <StatusBadge status={stateOf(token)} />, cardPrimary: true },
    { id: "created", header: "Created", cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    {
      id: "expires",
      header: "Expires",
      cell: ({ expiresAt }) => (expiresAt === null ? "Never" : <RelativeTime at={expiresAt} />),
      cardSecondary: true,
    },
    {
      id: "used",
      header: "Last used",
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? "Never" : <RelativeTime at={lastUsedAt} />),
      cardSecondary: true,
    },
    {
      id: "revoke",
      header: "Actions",
      align: "end",
      cell: (token) =>
        token.revokedAt === null && (
          <Button size="small" variant="quiet" aria-label={`Revoke ${token.name}`} onPress={() => onRevoke(token)}>
            Revoke
          </Button>
        ),
    },
  ];
}

function stateOf({ revokedAt, expiresAt }: Pick<Token, "revokedAt" | "expiresAt">): string {
  if (revokedAt !== null) return "REVOKED";
  return expiresAt !== null && new Date(expiresAt) < new Date() ? "EXPIRED" : "ACTIVE";
}

function RevokeDialog({ token, onClose }: { readonly token: Token | null; readonly onClose: () => void }) {
  const revoke = useAction("revokeMyToken", { success: "The token works no more" });
  if (token === null) return null;
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}`}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      confirmLabel="Revoke"
      isDanger
      onConfirm={() => revoke.run({ token: token.id })}
      cli={`slipway tokens revoke ${token.id}`}
      rest={{ method: "DELETE", path: `/api/v1/me/tokens/${token.id}` }}
    >
      <p>Whatever uses it is refused from now on, and browsers that signed in with it are signed out.</p>
    </ConfirmDialog>
  );
}
