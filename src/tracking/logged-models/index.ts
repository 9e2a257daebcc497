export {
  createLoggedModel,
  deleteLoggedModel,
  deleteLoggedModelTag,
  finalizeLoggedModel,
  getLoggedModel,
  logLoggedModelParams,
  setLoggedModelTags,
  type NewLoggedModel,
} from "./models.ts";
export { searchLoggedModels, type LoggedModelOrder, type LoggedModelSearch } from "./search.ts";
export type { LoggedModel, LoggedModelMetric, LoggedModelRef, LoggedModelStatus } from "./types.ts";
