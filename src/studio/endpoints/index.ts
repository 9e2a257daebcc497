/** Endpoints: deploying a model, asking it, and watching it answer. */
export { endpointsRoutes } from "./routes.ts";
