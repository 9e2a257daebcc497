/** What the page of an AutoML run asks the server, and what follows from it. */
import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { AutoMLRun, ColumnEffects, DataGuardrails, ModelCharts, Run } from "../../contract/index.ts";
import { call, query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { isActive } from "../runs/index.ts";
import { trialsInput } from "./inputs.ts";
import {
  lostTrials,
  metricOf,
  modelsOfFile,
  modelsSoFar,
  type LeaderboardFile,
  type LostTrial,
  type Model,
} from "./leaderboard.ts";
import type { LiveRun } from "./live-run.ts";
import { useLiveRun } from "./use-live-run.ts";

/** explanation.json of a run. */
export interface Explanation {
  readonly metric: string;
  /** The metric of these rows as they are. */
  readonly value: number;
  readonly columns: readonly { readonly name: string; readonly mean: number; readonly deviation: number }[];
  readonly on: "test" | "validation";
  readonly rows: number;
}

/** By path: what a run or a trial leaves as JSON. */
interface JsonFiles {
  "leaderboard.json": LeaderboardFile;
  "guardrails.json": DataGuardrails;
  "featurization.json": { readonly notes: readonly string[] };
  "explanation.json": Explanation;
  "charts.json": ModelCharts;
  "effects.json": ColumnEffects;
}

/**
 * A JSON file among a run's artifacts; null where it has none.
 * @param since what changes when the run may have written it anew
 */
export function jsonArtifact<Path extends keyof JsonFiles>(
  workspace: string,
  run: string,
  path: Path,
  since: string | null,
) {
  return queryOptions({
    queryKey: ["getRunArtifact", { workspace, run, path }, since] as const,
    queryFn: async ({ signal, client, meta }): Promise<JsonFiles[Path] | null> => {
      // Looked up first: a browser tells its console of every 404.
      const listed = query("listRunArtifacts", { workspace, run, query: {} });
      const { items } = await client.fetchQuery({ ...listed, queryKey: [...listed.queryKey, since] as never });
      if (!items.some((item) => item.path === path)) return null;
      const response = await call("getRunArtifact", { workspace, run, path }, { signal, meta });
      return (await response.json()) as JsonFiles[Path];
    },
    staleTime: Infinity,
  });
}

export interface RunFacts {
  readonly run: Run;
  readonly automl: AutoMLRun;
  readonly isActive: boolean;
  /** It has ended, and what it left is known here. */
  readonly isSettled: boolean;
  readonly live: LiveRun;
  /** What the run left; null while it goes on, or where it left nothing. */
  readonly leaderboard: LeaderboardFile | null;
  /** The primary metric; null before the run has said it. */
  readonly metric: string | null;
  /** Best first. */
  readonly models: readonly Model[];
  readonly lost: readonly LostTrial[];
  /** Is the file of the best model there? */
  readonly hasModel: boolean;
}

export function useRunFacts(id: string): RunFacts {
  const workspace = useWorkspace();
  const run = useSuspenseQuery(query("getRun", { workspace, run: id })).data;
  const automl = useSuspenseQuery(query("getAutoMLRun", { workspace, run: id })).data;
  const active = isActive(run.status);
  const live = useLiveRun(automl, active);
  const file = useQuery({ ...jsonArtifact(workspace, id, "leaderboard.json", run.endedAt), enabled: !active });
  const leaderboard = active ? null : (file.data ?? null);
  // Without a leaderboard the trials are what there is.
  const trials = useQuery({
    ...query("listRuns", trialsInput(workspace, id)),
    enabled: active || file.data === null || file.isError,
  });
  const items = trials.data?.items ?? [];
  const metric = leaderboard?.metric ?? live.started?.metric ?? automl.metric ?? metricOf(run);
  const models = leaderboard ? modelsOfFile(leaderboard) : modelsSoFar(items, live, metric ?? "");
  return {
    run,
    automl,
    isActive: active,
    live,
    leaderboard,
    metric,
    models,
    isSettled: !active && !file.isLoading,
    lost: leaderboard ? leaderboard.failed.map((failed) => ({ ...failed, isFailed: true })) : lostTrials(items, live),
    hasModel: leaderboard !== null,
  };
}
