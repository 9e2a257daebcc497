import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { User } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import {
  Button,
  Checkbox,
  CopyAs,
  DataTable,
  Dialog,
  ErrorCard,
  RelativeTime,
  Skeleton,
  shellQuoted,
  StatusBadge,
  TextField,
  Toolbar,
  type Column,
  type RowMenu,
} from "../kit/index.ts";
import { NewTokenDialog } from "./new-token-dialog.tsx";
import styles from "./settings.module.css";

const columns: readonly Column<User>[] = [
  { id: "name", header: "Name", cell: ({ name }) => name, cardPrimary: true },
  {
    id: "state",
    header: "State",
    cell: ({ disabledAt }) => <StatusBadge status={disabledAt === null ? "ACTIVE" : "DISABLED"} />,
    cardPrimary: true,
  },
  {
    id: "admin",
    header: "Administrator",
    cell: ({ isAdmin }) => (isAdmin ? "Yes" : "No"),
    cardSecondary: true,
  },
  { id: "created", header: "Created", cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  { id: "actions", header: "Actions", align: "end", cell: (user) => <UserActions user={user} /> },
];

/** Everybody that the server knows: for administrators. */
export function UsersPanel() {
  const { data, error } = useQuery(query("listUsers", { query: { limit: 200 } }));
  const menuOf = useUserMenu();
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton />;
  return (
    <>
      <Toolbar>
        <NewUserDialog />
        <CopyAs cli="slipway users list" rest={{ method: "GET", path: "/api/v1/users" }} />
      </Toolbar>
      <DataTable<User> label="Users" rows={data.items} rowId={({ name }) => name} rowMenu={menuOf} columns={columns} />
    </>
  );
}

function useUserMenu(): (user: User) => RowMenu {
  const update = useAction("updateUser");
  return ({ name, isAdmin, disabledAt }) => {
    const isActive = disabledAt === null;
    const change = (body: { readonly isAdmin?: boolean; readonly disabled?: boolean }): void =>
      void update.run({ user: name, body }).catch(() => undefined);
    return {
      cli: "slipway users list",
      rest: { method: "GET", path: "/api/v1/users" },
      actions: [
        {
          id: "admin",
          label: isAdmin ? "No administrator any more" : "Make an administrator",
          onAction: () => change({ isAdmin: !isAdmin }),
        },
        {
          id: "disable",
          label: isActive ? "Disable" : "Enable",
          description: `slipway users ${isActive ? "disable" : "enable"} ${shellQuoted(name)}`,
          danger: isActive,
          onAction: () => change({ disabled: isActive }),
        },
      ],
    };
  };
}

function UserActions({ user }: { readonly user: User }) {
  const update = useAction("updateUser");
  const createToken = useAction("createUserToken");
  const { name, isAdmin, disabledAt } = user;
  return (
    <div className={styles.actions}>
      <NewTokenDialog
        trigger={
          <Button size="small" variant="quiet" aria-label={`New token for ${name}`}>
            New token
          </Button>
        }
        twin={{
          cli: `slipway tokens create NAME --user ${name}`,
          rest: { method: "POST", path: `/api/v1/users/${name}/tokens`, body: { name: "laptop" } },
        }}
        onCreate={(body) => createToken.run({ user: name, body })}
      />
      <Button
        size="small"
        variant="quiet"
        aria-label={isAdmin ? `No administrator any more: ${name}` : `Administrator: ${name}`}
        onPress={() => void update.run({ user: name, body: { isAdmin: !isAdmin } })}
      >
        {isAdmin ? "No administrator" : "Administrator"}
      </Button>
      <Button
        size="small"
        variant="quiet"
        aria-label={`${disabledAt === null ? "Disable" : "Enable"} ${name}`}
        onPress={() => void update.run({ user: name, body: { disabled: disabledAt === null } })}
      >
        {disabledAt === null ? "Disable" : "Enable"}
      </Button>
    </div>
  );
}

function NewUserDialog() {
  const create = useAction("createUser");
  const [name, setName] = useState("");
  const [isAdmin, setAdmin] = useState(false);
  return (
    <Dialog
      title="New user"
      trigger={<Button variant="primary">New user</Button>}
      onOpenChange={() => setName("")}
      actions={(close) => (
        <>
          <CopyAs
            cli={`slipway users create ${name === "" ? "NAME" : name}`}
            rest={{ method: "POST", path: "/api/v1/users", body: { name, isAdmin } }}
          />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            isDisabled={name === ""}
            onPress={() => void create.run({ body: { name, isAdmin } }).then(close, () => undefined)}
          >
            Create
          </Button>
        </>
      )}
    >
      <div className={styles.form}>
        <TextField
          label="Name"
          description="Letters, digits, underscore, dot and dash"
          value={name}
          onChange={setName}
          autoFocus
        />
        <Checkbox
          label="Administrator"
          description="May do everything in every workspace"
          value={isAdmin}
          onChange={setAdmin}
        />
        <p>A user signs in with a token: make one for them afterwards.</p>
      </div>
    </Dialog>
  );
}
