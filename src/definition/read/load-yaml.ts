import { createRequire } from "node:module";
import type * as yamlModule from "yaml";

let loaded: typeof yamlModule | null = null;

/** The library of YAML, loaded when a text is read: most processes that import this folder read none. */
export function loadYaml(): typeof yamlModule {
  return (loaded ??= createRequire(import.meta.url)("yaml") as typeof yamlModule);
}
