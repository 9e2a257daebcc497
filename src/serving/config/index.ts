export { endpointFolder, readConfig, writeConfig, type EndpointFolder } from "./folder.ts";
export { defaultSettings } from "./types.ts";
export type * from "./types.ts";
