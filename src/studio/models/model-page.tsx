/** A model with its versions; with ?version one of them. */
import { createLazyRoute } from "@tanstack/react-router";
import { useWorkspace } from "../app/index.ts";
import { shownVersion } from "./asked.ts";
import { VersionPage } from "./version-page.tsx";
import { VersionsPage } from "./versions-page.tsx";

export const route = createLazyRoute("/w/$workspace/models/$model")({ component: ModelPage });

function ModelPage() {
  const workspace = useWorkspace();
  const { model } = route.useParams();
  const version = shownVersion(route.useSearch());
  return version === null ? (
    <VersionsPage workspace={workspace} name={model} />
  ) : (
    <VersionPage key={version} workspace={workspace} model={model} version={version} />
  );
}
