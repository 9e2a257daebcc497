import { useNavigate, useSearch, type RegisteredRouter, type RouteById, type RouteIds } from "@tanstack/react-router";

type Routes = RegisteredRouter["routeTree"];
type SearchOf<Id extends RouteIds<Routes>> = RouteById<Routes, Id>["types"]["fullSearchSchema"];

/**
 * The search parameters of the page that is shown, and how to change some of them (undefined takes one away): no new entry
 * of the history.
 */
export function useSearchOf<Id extends RouteIds<Routes>>(page: Id) {
  const search = useSearch({ from: page as never }) as SearchOf<Id>;
  const navigate = useNavigate();
  const change = (changes: Partial<SearchOf<Id>>): void =>
    void navigate({ to: ".", search: ((before: object) => ({ ...before, ...changes })) as never, replace: true });
  return [search, change] as const;
}
