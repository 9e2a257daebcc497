/** The first page of a workspace. */
export { homeRoutes } from "./routes.ts";
