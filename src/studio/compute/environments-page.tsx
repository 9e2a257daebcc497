import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import type { Environment } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  Button,
  CopyAs,
  DataTable,
  EmptyState,
  ErrorCard,
  Page,
  pagesOf,
  RelativeTime,
  restOf,
  slipwayCommand,
  type Column,
} from "../kit/index.ts";
import { environmentsInput } from "./environments-input.ts";
import { NewEnvironmentDialog } from "./new-environment-dialog.tsx";

export const route = createLazyRoute("/w/$workspace/environments")({ component: EnvironmentsPage });

const columns: readonly Column<Environment>[] = [
  { id: "name", header: "Name", cell: ({ name }) => name, cardPrimary: true },
  { id: "version", header: "Latest version", cell: ({ latestVersion }) => latestVersion, align: "end" },
  {
    id: "description",
    header: "Description",
    cell: ({ description }) => description || "–",
    cardSecondary: true,
  },
  { id: "by", header: "By", cell: ({ createdBy }) => createdBy, cardSecondary: true },
  { id: "created", header: "Created", cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
];

function EnvironmentsPage() {
  usePageTitle("Environments");
  const workspace = useWorkspace();
  const navigate = route.useNavigate();
  const { new: isNew = false } = route.useSearch();
  const list = useInfiniteQuery(infinite("listEnvironments", environmentsInput(workspace)));
  const openNew = (open: boolean): void => void navigate({ search: { new: open ? true : undefined }, replace: true });
  return (
    <Page
      title="Environments"
      description="Where code of command steps and of MLflow models runs: Node or Python with its packages, in versions"
      actions={
        <>
          <CopyAs
            cli="slipway environments list"
            rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/environments` }}
          />
          <Button variant="primary" onPress={() => openNew(true)}>
            New environment
          </Button>
        </>
      }
    >
      {list.error ? (
        <ErrorCard error={list.error} />
      ) : (
        <DataTable<Environment>
          {...pagesOf(list)}
          label="Environments"
          rowId={({ name }) => name}
          rowHref={({ name }) => ({
            to: "/w/$workspace/environments/$environment",
            params: { workspace, environment: name },
          })}
          rowMenu={({ name }) => ({
            cli: slipwayCommand(["environments", "show", name], workspace),
            rest: restOf("GET", workspace, "environments", name),
          })}
          columns={columns}
          empty={<NoEnvironment />}
        />
      )}
      <NewEnvironmentDialog isOpen={isNew} onOpenChange={openNew} />
    </Page>
  );
}

function NoEnvironment() {
  return (
    <EmptyState
      title="No environment yet"
      command="slipway environments create training --python 3.11 --requirements requirements.txt"
    >
      A command step without one runs with what the worker's machine has.
    </EmptyState>
  );
}
