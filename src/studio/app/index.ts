/** What features need of the application: where their routes hang, and what is true on every page. */
export { useCurrentUser, useWorkspace } from "./hooks.ts";
export { usePageTitle, type PageState } from "./page-title.ts";
export { rootRoute, workspaceRoute } from "./root-route.ts";
export { searchChoice, searchFlag, searchList, searchNumber, searchSort, searchText } from "./search.ts";
