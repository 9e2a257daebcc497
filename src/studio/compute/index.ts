/** What computes, and in which surroundings. */
export { computeRoutes } from "./routes.ts";
