import type { InputOf } from "../api/index.ts";

export function environmentsInput(workspace: string): InputOf<"listEnvironments"> {
  return { workspace, query: { limit: 100 } };
}
