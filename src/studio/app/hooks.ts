import { useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { query } from "../api/index.ts";

/** Name of the workspace in the address. */
export function useWorkspace(): string {
  return useParams({ from: "/w/$workspace" }).workspace;
}

/** Who is signed in. */
export function useCurrentUser(): { readonly user: string; readonly isAdmin: boolean } {
  return useSuspenseQuery(query("whoAmI", {})).data;
}
