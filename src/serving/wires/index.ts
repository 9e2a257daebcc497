export { docsPaths, readDocsAsset } from "./docs.ts";
export { findWire } from "./find-wire.ts";
export { answerGet, type WireService } from "./get-answers.ts";
export { methodsOf, namedModel, wirePaths } from "./paths.ts";
export { swaggerDocument } from "./swagger.ts";
export type { SwaggerSource } from "./swagger-source.ts";
export type * from "./types.ts";
export { warningHeader } from "./warning-header.ts";
