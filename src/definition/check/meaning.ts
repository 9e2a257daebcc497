import type { PipelineDefinition } from "../types.ts";
import type { Problems } from "./problems.ts";

/** What the checks of names know of the definition. */
export interface Meaning {
  /** Without what has a wrong shape. */
  readonly definition: PipelineDefinition;
  /** All of them. */
  readonly names: { readonly steps: ReadonlySet<string>; readonly parameters: ReadonlySet<string> };
  /** Names of steps whose whole shape is right. */
  readonly sound: ReadonlySet<string>;
  readonly problems: Problems;
}
