import { createRoute, redirect } from "@tanstack/react-router";
import { isSignedOut, query } from "../api/index.ts";
import { BareFailurePage } from "./failure-pages.tsx";
import { lastWorkspace } from "./last-workspace.ts";
import { rootRoute } from "./root-route.ts";
import { searchText } from "./search.ts";

/** To the workspace that was open last, or the first. */
export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  errorComponent: BareFailurePage,
  loader: async ({ context }) => {
    // `slipway up` gives an address with a token, to be signed in by a click.
    if (location.hash.startsWith("#token=")) throw redirect({ to: "/sign-in", hash: location.hash.slice(1) });
    try {
      const { items } = await context.queryClient.ensureQueryData(query("listWorkspaces", { query: { limit: 200 } }));
      const workspace = items.find(({ name }) => name === lastWorkspace()) ?? items[0];
      throw redirect({ to: "/w/$workspace", params: { workspace: workspace?.name ?? "default" } });
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: "/sign-in" });
      throw error;
    }
  },
});

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (raw): { next?: string } => ({ next: ownAddress(searchText(raw["next"])) }),
}).lazy(() => import("./sign-in-page.tsx").then(({ route }) => route));

/** Only an address of the studio itself: one of another site would take the user there. */
function ownAddress(next: string | undefined): string | undefined {
  return next?.startsWith("/w/") ? next : undefined;
}
