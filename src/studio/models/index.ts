/** The registry: models, their versions, and what became of them. */
export { modelsRoutes } from "./routes.ts";
