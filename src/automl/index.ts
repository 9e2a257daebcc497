export type { AutoMLEvent, AutoMLResult, LeaderboardModel } from "./events.ts";
export { permutationImportance, type PermutationImportance } from "./explanation.ts";
export type { AutoMLOptions } from "./options.ts";
export { automl } from "./run.ts";
