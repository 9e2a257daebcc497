import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import { lazy, Suspense, type ReactElement } from "react";
import { query } from "../api/index.ts";
import { AutoMLRunPage } from "../automl/index.ts";
import { PipelineRunPage } from "../pipelines/index.ts";

const GeneralRunPage = lazy(() => import("./general-run-page.tsx"));

export const route = createLazyRoute("/w/$workspace/jobs/$run")({ component: RunPage });

/** Each kind of run has its own page at the same address. */
function RunPage(): ReactElement {
  const { workspace, run: id } = route.useParams();
  const { kind } = useSuspenseQuery(query("getRun", { workspace, run: id })).data;
  return (
    <Suspense key={id}>
      {kind === "automl" ? (
        <AutoMLRunPage run={id} />
      ) : kind === "pipeline" ? (
        <PipelineRunPage run={id} />
      ) : (
        <GeneralRunPage run={id} />
      )}
    </Suspense>
  );
}
