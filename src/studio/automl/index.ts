/** Automated machine learning: starting runs, and the page of one. */
import { lazy } from "react";

export { automlRoutes } from "./routes.ts";
/** What stands on the page of a run of the kind automl; a chunk of its own. */
export const AutoMLRunPage = lazy(() => import("./run-page.tsx"));
