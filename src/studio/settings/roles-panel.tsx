import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RoleAssignment } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  Button,
  ConfirmDialog,
  CopyAs,
  DataTable,
  Dialog,
  EmptyState,
  ErrorCard,
  apiPath,
  restOf,
  slipwayCommand,
  Select,
  Skeleton,
  TextField,
  Toolbar,
} from "../kit/index.ts";
import styles from "./settings.module.css";

type Role = RoleAssignment["role"];
const roles: readonly { readonly id: Role; readonly label: string; readonly description: string }[] = [
  { id: "reader", label: "Reader", description: "Sees everything in the workspace" },
  { id: "scorer", label: "Scorer", description: "Also tests endpoints and gets their tokens" },
  { id: "contributor", label: "Contributor", description: "Also makes, runs and deploys" },
  { id: "owner", label: "Owner", description: "Also gives roles, and reads the audit log" },
];

/** Who may do what in the workspace. */
export function RolesPanel() {
  const workspace = useWorkspace();
  const { data, error } = useQuery(query("listRoles", { workspace, query: { limit: 200 } }));
  const [taken, setTaken] = useState<string | null>(null);
  if (!data) return error ? <ErrorCard error={error} /> : <Skeleton />;
  return (
    <>
      <Toolbar>
        <AssignDialog />
        <CopyAs rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/roles` }} />
      </Toolbar>
      <DataTable<RoleAssignment>
        label="Roles"
        rows={data.items}
        rowId={({ user }) => user}
        columns={[
          { id: "user", header: "User", cell: ({ user }) => user, cardPrimary: true },
          {
            id: "role",
            header: "Role",
            cell: ({ role }) => roles.find(({ id }) => id === role)?.label,
            cardSecondary: true,
          },
          {
            id: "remove",
            header: "Actions",
            align: "end",
            cell: ({ user }) => (
              <Button
                size="small"
                variant="quiet"
                aria-label={`Take away the role of ${user}`}
                onPress={() => setTaken(user)}
              >
                Take away
              </Button>
            ),
          },
        ]}
        rowMenu={({ user }) => ({
          cli: slipwayCommand(["roles", "list"], workspace),
          rest: { method: "GET", path: apiPath(workspace, "roles") },
          actions: [{ id: "remove", label: "Take away", danger: true, onAction: () => setTaken(user) }],
        })}
        empty={<EmptyState title="Nobody has a role here">Administrators may do everything without one.</EmptyState>}
      />
      {taken !== null && <TakeRole user={taken} onClose={() => setTaken(null)} />}
    </>
  );
}

function TakeRole({ user, onClose }: { readonly user: string; readonly onClose: () => void }) {
  const workspace = useWorkspace();
  const remove = useAction("removeRole");
  return (
    <ConfirmDialog
      title={`Take the role of ${user}`}
      isOpen
      onOpenChange={onClose}
      confirmLabel="Take away"
      isDanger
      onConfirm={() => remove.run({ workspace, user })}
      cli={slipwayCommand(["roles", "remove", user], workspace)}
      rest={restOf("DELETE", workspace, "roles", user)}
    >
      <p>{user} no longer sees this workspace.</p>
    </ConfirmDialog>
  );
}

function AssignDialog() {
  const workspace = useWorkspace();
  const assign = useAction("assignRole");
  const [user, setUser] = useState("");
  const [role, setRole] = useState<Role>("contributor");
  const rest = { method: "PUT" as const, path: `/api/v1/workspaces/${workspace}/roles/${user}`, body: { role } };
  return (
    <Dialog
      title="Give a role"
      trigger={<Button variant="primary">Give a role</Button>}
      actions={(close) => (
        <>
          <CopyAs rest={rest} />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            isDisabled={user === ""}
            onPress={() => void assign.run({ workspace, user, body: { role } }).then(close, () => undefined)}
          >
            Give
          </Button>
        </>
      )}
    >
      <div className={styles.form}>
        <TextField label="User" value={user} onChange={setUser} autoFocus />
        <Select label="Role" options={roles} value={role} onChange={setRole} />
      </div>
    </Dialog>
  );
}
