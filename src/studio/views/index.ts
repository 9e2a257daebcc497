/** Views of lists by name: the search parameters of a page, kept on the server for each user. */
export { SavedViews } from "./saved-views.tsx";
