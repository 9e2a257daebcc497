import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { JobsSearch } from "./jobs-search.ts";

type Change = (changes: JobsSearch, options?: { readonly replace?: boolean }) => void;

/** @returns what changes some of the search parameters of the list; undefined takes one away */
export function useChangeJobs(): Change {
  const navigate = useNavigate({ from: "/w/$workspace/jobs" });
  return useCallback<Change>(
    (changes, { replace = false } = {}) =>
      void navigate({ to: ".", search: (before) => ({ ...before, ...changes }), replace, resetScroll: false }),
    [navigate],
  );
}
