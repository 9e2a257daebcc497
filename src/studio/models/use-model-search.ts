import { getRouteApi } from "@tanstack/react-router";

const route = getRouteApi("/w/$workspace/models/$model");

/** The search parameters of a model's page, and how to change some of them: no new entry of the history. */
export function useModelSearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<typeof search>): void =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  return [search, change] as const;
}
