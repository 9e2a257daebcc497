/** What the results say about tools against each other: ranks, wins and paired differences of the primary metric. */
import { mean, standardDeviation } from "../harness/statistics.ts";
import type { RunResult } from "./results.ts";
import { isHigherBetter } from "./task.ts";

/** The primary metric of a run; NaN where the tool failed. */
export function primaryValue(result: RunResult): number {
  return result.measured?.figures[result.metric] ?? Number.NaN;
}

/** Turned so that lower is better; a failure is worse than anything. */
function loss(result: RunResult): number {
  const value = primaryValue(result);
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return isHigherBetter[result.metric] ? -value : value;
}

/** 1 for the least; those that are equal share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const better = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return better + (equal + 1) / 2;
  });
}

export interface Standing {
  readonly tool: string;
  /** Tables that every tool of the comparison has run on with at least one seed in common. */
  readonly tables: number;
  /** Of the primary metric: over the common seeds of each table, then over tables. */
  readonly meanRank: number;
  /** Tables whose mean rank is the lowest of all, shared ones included. */
  readonly wins: number;
  /** Runs that gave no answer, whether or not the other tools have run too. */
  readonly failures: number;
}

export function standings(results: readonly RunResult[]): Standing[] {
  const tools = [...new Set(results.map(({ tool }) => tool))];
  const tables = [...new Set(results.map(({ table }) => table))];
  const ranksByTable = tables
    .map((table) =>
      tableRanks(
        results.filter((result) => result.table === table),
        tools,
      ),
    )
    .filter((meanRanks) => meanRanks !== null);
  return tools.map((tool, t) => ({
    tool,
    tables: ranksByTable.length,
    meanRank: mean(ranksByTable.map((meanRanks) => meanRanks[t])),
    wins: ranksByTable.filter((meanRanks) => meanRanks[t] === Math.min(...meanRanks)).length,
    failures: results.filter((result) => result.tool === tool && result.measured === null).length,
  }));
}

/** The mean rank of each tool over the seeds that all have run; null where there is none. */
function tableRanks(results: readonly RunResult[], tools: readonly string[]): number[] | null {
  const seeds = [...new Set(results.map(({ seed }) => seed))];
  const complete = seeds
    .map((seed) => tools.map((tool) => results.find((result) => result.seed === seed && result.tool === tool)))
    .filter((row) => row.every((result) => result !== undefined));
  if (complete.length === 0) return null;
  const rows = complete.map((row) => ranks(row.map(loss)));
  return tools.map((_, t) => mean(rows.map((row) => row[t])));
}

export interface Pairing {
  readonly table: string;
  readonly peer: string;
  readonly seeds: number;
  /** Of the primary metric over the seeds that both answered; positive: `tool` is better. */
  readonly advantage: number;
  /** Of the mean; NaN for one seed. */
  readonly standardError: number;
}

/** `tool` against every other one, seed by seed, which spreads less than either alone. */
export function pairings(results: readonly RunResult[], tool: string): Pairing[] {
  const tables = [...new Set(results.map(({ table }) => table))];
  const others = [...new Set(results.map((result) => result.tool))].filter((name) => name !== tool);
  return tables.flatMap((table) =>
    others.flatMap((peer) => {
      const advantages = results
        .filter((result) => result.table === table && result.tool === tool)
        .flatMap((own) => {
          const other = results.find(
            (result) => result.table === table && result.seed === own.seed && result.tool === peer,
          );
          return other?.measured && own.measured ? [loss(other) - loss(own)] : [];
        });
      if (advantages.length === 0) return [];
      const standardError = standardDeviation(advantages) / Math.sqrt(advantages.length);
      return [{ table, peer, seeds: advantages.length, advantage: mean(advantages), standardError }];
    }),
  );
}
