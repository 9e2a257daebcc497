export type { Endpoint, ScoringLimits, ServeOptions } from "./options.ts";
export { serveModel } from "./server.ts";
