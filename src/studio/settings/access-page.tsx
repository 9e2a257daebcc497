import { createLazyRoute } from "@tanstack/react-router";
import { useCurrentUser, usePageTitle } from "../app/index.ts";
import { Page } from "../kit/index.ts";
import { RolesPanel } from "./roles-panel.tsx";
import { accessTabs, type AccessTab } from "./search.ts";
import { TokensPanel } from "./tokens-panel.tsx";
import { UsersPanel } from "./users-panel.tsx";

export const route = createLazyRoute("/w/$workspace/access")({ component: AccessPage });

function AccessPage() {
  usePageTitle("Users and tokens");
  const { tab = "tokens" } = route.useSearch();
  const { isAdmin } = useCurrentUser();
  const navigate = route.useNavigate();
  // Users are of the server: only an administrator sees them.
  const tabs = accessTabs.filter(({ id }) => isAdmin || id !== "users");
  return (
    <Page
      title="Users and tokens"
      tabs={{
        tabs,
        selected: tab,
        onSelect: (id) => void navigate({ search: { tab: id as AccessTab }, replace: true }),
      }}
    >
      {tab === "tokens" && <TokensPanel />}
      {tab === "users" && <UsersPanel />}
      {tab === "roles" && <RolesPanel />}
    </Page>
  );
}
