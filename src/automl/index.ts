export type { AutoMLEvent, AutoMLResult, LeaderboardModel } from "./events.ts";
export type { AutoMLOptions } from "./options.ts";
export { automl } from "./run.ts";
