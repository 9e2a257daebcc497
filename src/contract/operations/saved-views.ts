/** Views of lists that a user has given a name; each user has their own. */
import { Type, type Static } from "typebox";
import { Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

const path = "/api/v1/workspaces/{workspace}/saved-views";
const tag = "Saved views";
const closed = { additionalProperties: false } as const;

const fields = {
  name: Type.String({
    pattern: "^[^\\u0000-\\u001f]{1,100}$",
    description: "What it is found by; unique among the user's of the page.",
  }),
  page: Type.String({ pattern: "^[a-z]{1,40}$", description: 'Of the studio, below the workspace: "jobs".' }),
  search: Type.String({
    pattern: "^(\\?[!-~]{0,7999})?$",
    description: "Its search parameters as they stand in the address, from the question mark on.",
  }),
};

export const SavedView = Type.Object(
  { id: Type.String({ description: "32 hexadecimal digits." }), ...fields, createdAt: Timestamp },
  { $id: "SavedView", title: "A view of a list, by name", ...closed },
);
export type SavedView = Static<typeof SavedView>;

export const savedViewOperations = {
  listSavedViews: operation({
    method: "GET",
    path,
    summary: "List your saved views, by page and name",
    description: "All of them: there are at most 200.",
    tag,
    access: "reader",
    result: Type.Object({ items: Type.Array(SavedView) }, closed),
  }),
  saveView: operation({
    method: "POST",
    path,
    summary: "Save a view of a list under a name",
    description: "One of yours that has this name on this page then shows this.",
    tag,
    access: "reader",
    body: Type.Object(fields, closed),
    status: 201,
    result: SavedView,
    errors: [409],
  }),
  deleteSavedView: operation({
    method: "DELETE",
    path: `${path}/{view}`,
    summary: "Delete a saved view of yours",
    tag,
    access: "reader",
    result: null,
  }),
};
