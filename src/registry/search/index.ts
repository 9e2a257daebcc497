export { search } from "./search.ts";
export { modelSearch, versionSearch } from "./fields.ts";
