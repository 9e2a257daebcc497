export { cutPoints, MAX_CUTS } from "./binning.ts";
export { createArena, createMemory, type Arena } from "./memory.ts";
export {
  LEVEL_LEAF_BYTES,
  packSum,
  readSplit,
  SPLIT_BYTES,
  SPLIT_PARAMS_BYTES,
  unpackSum,
  writeLevelLeaf,
  writeSplitBounds,
  writeSplitParams,
  type Quantisation,
  type Split,
  type SplitParams,
} from "./split-params.ts";
export { dismissTeam, type Team } from "./team.ts";
export { placeTreeProgram } from "./place-tree-program.ts";
export type { CategoryColumn, NumberColumn, ProgramTree, TreeProgram } from "./tree-program.ts";
export { createKernels, type Kernels } from "./kernels.ts";
export type { KernelFunctions } from "./wasm.ts";
export * from "./metrics/index.ts";
