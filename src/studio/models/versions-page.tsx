/** A registered model: its versions, the newest first. */
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { infinite, query } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import { CopyAs, LinkButton, Notice, Page, pagesOf, Tags, shellQuoted, restOf } from "../kit/index.ts";
import { versionsInput } from "./asked.ts";
import { ModelMenu } from "./model-menu.tsx";
import { RegisterDialog } from "./register-dialog.tsx";
import { VersionsTable } from "./versions-table.tsx";

export function VersionsPage({ workspace, name }: { readonly workspace: string; readonly name: string }) {
  const model = useSuspenseQuery(query("getModel", { workspace, model: name })).data;
  const versions = useInfiniteQuery(infinite("listModelVersions", versionsInput(workspace, name)));
  usePageTitle(name);
  return (
    <Page
      title={name}
      crumbs={[{ label: "Models", link: { to: "/w/$workspace/models", params: { workspace }, search: {} } }]}
      {...(model.description !== "" && { description: model.description })}
      actions={
        <>
          <CopyAs
            cli={`slipway models versions ${shellQuoted(name)}`}
            rest={restOf("GET", workspace, "models", name, "/versions")}
          />
          <ModelMenu workspace={workspace} model={model} />
          <RegisterDialog workspace={workspace} model={name} />
          <LinkButton
            to="/w/$workspace/endpoints/new"
            params={{ workspace }}
            search={{ model: `${name}@best` }}
            variant="primary"
          >
            Deploy best
          </LinkButton>
        </>
      }
    >
      {model.archivedAt !== null && <Notice tone="info">This model is archived: lists leave it out.</Notice>}
      {Object.keys(model.tags).length > 0 && <Tags tags={model.tags} />}
      <VersionsTable workspace={workspace} pages={pagesOf(versions)} error={versions.error} />
    </Page>
  );
}
