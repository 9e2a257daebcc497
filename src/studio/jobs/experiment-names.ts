import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";

/** The newest experiments; the list's loader has asked for them. */
export function useExperiments() {
  const workspace = useWorkspace();
  return useQuery(query("listExperiments", { workspace, query: { limit: 200 } })).data?.items ?? none;
}

const none: never[] = [];

/** @returns the name of an experiment by its number, or the number where it is not among the newest */
export function useExperimentNames(): (number: number) => string {
  const experiments = useExperiments();
  const names = useMemo(() => new Map(experiments.map(({ number, name }) => [number, name])), [experiments]);
  return useCallback((number) => names.get(number) ?? String(number), [names]);
}
