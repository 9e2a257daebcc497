/** What does on a terminal, or by a request, what a page does. */
import { shellQuoted } from "./shell-quoted.ts";
import type { RestCall } from "./snippets.ts";

/** Words of `slipway`, quoted where they have to be; empty ones are left out. */
export function slipwayCommand(words: readonly (string | false | undefined)[], workspace: string): string {
  const given = words.filter((word) => word !== false && word !== undefined);
  const where = workspace === "default" ? [] : ["--workspace", workspace];
  return ["slipway", ...given, ...where].map(shellQuoted).join(" ");
}

/** Commands that do what `rest` does, in its workspace: the command line goes to "default" where none is said. */
export function inWorkspaceOf({ path }: RestCall, commands: string): string {
  const workspace = decodeURIComponent(/^\/api\/v1\/workspaces\/([^/?]+)/.exec(path)?.[1] ?? "default");
  if (workspace === "default") return commands;
  const where = ` --workspace ${shellQuoted(workspace)}`;
  return commands.replaceAll(/^slipway (?!.* --workspace ).*$/gm, (command) => command + where);
}

/** Address of an operation below the workspace. */
export function apiPath(workspace: string, ...parts: readonly string[]): string {
  return `/api/v1/workspaces/${[workspace, ...parts].map(encodeURIComponent).join("/")}`;
}

/**
 * A request about one thing.
 * @param collection that it is in: "models"
 * @param rest of the path, with its query
 */
export function restOf(
  method: RestCall["method"],
  workspace: string,
  collection: string,
  name: string,
  rest = "",
  body?: unknown,
): RestCall {
  return { method, path: apiPath(workspace, collection, name) + rest, ...(body !== undefined && { body }) };
}
