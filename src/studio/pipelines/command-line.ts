/** The command that does on a terminal what a page does. */
import { shellQuoted } from "../kit/index.ts";

/** Words of `slipway`, quoted where they have to be; empty ones are left out. */
export function slipwayCommand(words: readonly (string | false | undefined)[], workspace: string): string {
  const given = words.filter((word) => word !== false && word !== undefined);
  const where = workspace === "default" ? [] : ["--workspace", workspace];
  return ["slipway", ...given, ...where].map(shellQuoted).join(" ");
}

/** Address of an operation of pipelines below the workspace. */
export function apiPath(workspace: string, ...parts: readonly string[]): string {
  return `/api/v1/workspaces/${[workspace, ...parts].map(encodeURIComponent).join("/")}`;
}
