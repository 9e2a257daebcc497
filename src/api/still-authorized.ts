/** A stream may be open for days: whoever reads it must still be allowed to. */
import { findPrincipal, hasRole } from "../access/index.ts";
import type { Operation } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { bearerToken } from "./authorize.ts";
import type { Call } from "./route.ts";

/** Milliseconds for which a token that was good is taken for good. */
const trusted = 1000;

/** @returns tells whether the token of the request is still good for reading the workspace; asks the database once a second at most */
export function watchToken(
  database: Database,
  { headers, principal, workspace }: Pick<Call<Operation>, "headers" | "principal" | "workspace">,
): () => Promise<boolean> {
  const token = bearerToken(headers["authorization"] as string | undefined);
  let checked = performance.now();
  return async () => {
    if (token === null || performance.now() - checked <= trusted) return true;
    const now = await findPrincipal(database, token);
    if (now?.userId !== principal.userId || !hasRole(now, workspace.id, "reader")) return false;
    checked = performance.now();
    return true;
  };
}
