/** A stream may be open for days: whoever reads it must still be allowed to. */
import { hasRole } from "../access/index.ts";
import type { Operation } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { identify, readCredential } from "./authorize.ts";
import type { Call } from "./route.ts";

/** Milliseconds for which a token or a session that was good is taken for good. */
const trusted = 1000;

/** @returns tells whether the token, or the session, of the request is still good for reading the workspace; asks the database once a second at most */
export function watchCaller(
  database: Database,
  { headers, principal, workspace }: Pick<Call<Operation>, "headers" | "principal" | "workspace">,
): () => Promise<boolean> {
  const credential = readCredential(headers, "/api/v1/");
  let checked = performance.now();
  return async () => {
    if (performance.now() - checked <= trusted) return true;
    const now = await identify(database, credential);
    if (now?.userId !== principal.userId || !hasRole(now, workspace.id, "reader")) return false;
    checked = performance.now();
    return true;
  };
}
