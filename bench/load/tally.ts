/** What became of the requests of a load. */
import type { Outcome } from "./connection.ts";

export interface LoadResult {
  readonly seconds: number;
  /** That got an outcome. */
  readonly requests: number;
  /** Requests that were not answered with 200 and, where answers are checked, the right answer; by cause. */
  readonly failures: Readonly<Record<string, number>>;
  /** Seconds from the start to the first and to the last failure; null where there was none. */
  readonly failedBetween: readonly [number, number] | null;
  /** Milliseconds of the requests that succeeded; null where none did. */
  readonly latency: Latency | null;
  /** Share of one core's time that the load generator itself was busy: from 0.9 on it may be what is measured. */
  readonly clientBusy: number;
}

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Tally {
  /** @param began of the request, on the clock of performance.now() */
  add(outcome: Outcome, began: number, expected: Buffer | undefined): void;
  /** All since the start or the last time, and begins anew. */
  take(): LoadResult;
}

export function createTally(): Tally {
  let start = performance.now();
  let cpu = process.cpuUsage();
  let milliseconds: number[] = [];
  let failures: Record<string, number> = {};
  let between: [number, number] | null = null;
  return {
    add(outcome, began, expected) {
      const now = performance.now();
      const cause = causeOf(outcome, expected);
      if (cause === null) {
        milliseconds.push(now - began);
        return;
      }
      failures[cause] = (failures[cause] ?? 0) + 1;
      const at = (now - start) / 1000;
      between = [between?.[0] ?? at, at];
    },
    take() {
      const end = performance.now();
      const used = process.cpuUsage(cpu);
      const seconds = (end - start) / 1000;
      const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
      const result: LoadResult = {
        seconds,
        requests: milliseconds.length + failed,
        failures,
        failedBetween: between,
        latency: latencyOf(milliseconds),
        clientBusy: (used.user + used.system) / 1e6 / seconds,
      };
      [start, cpu, milliseconds, failures, between] = [end, process.cpuUsage(), [], {}, null];
      return result;
    },
  };
}

function causeOf(outcome: Outcome, expected: Buffer | undefined): string | null {
  if (outcome.status === null) return outcome.error;
  if (outcome.status !== 200) return `status ${outcome.status}`;
  return expected === undefined || expected.equals(outcome.body) ? null : "wrong answer";
}

function latencyOf(milliseconds: readonly number[]): Latency | null {
  if (milliseconds.length === 0) return null;
  const sorted = Float64Array.from(milliseconds).sort();
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
