/** Pipelines: published, run, watched, scheduled. */
import { lazy } from "react";

export { pipelinesRoutes } from "./routes.ts";

/** The page of a run of a pipeline, in a chunk of its own: to be shown within Suspense. */
export const PipelineRunPage = lazy(() => import("./run-page.tsx"));
