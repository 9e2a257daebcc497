/** Runs of all kinds: their list, one of them, several beside each other. */
export { jobsRoutes } from "./routes.ts";
