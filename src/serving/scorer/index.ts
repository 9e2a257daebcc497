export type { Endpoint, ScoringLimits, ServeOptions } from "./options.ts";
export { serveModel } from "./serve-model.ts";
