/** Who may do what, and who did. */
export { settingsRoutes } from "./routes.ts";
