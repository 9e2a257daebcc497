/** What a process has counted: what is not written yet, and all since it started. */
import type { RequestRecord } from "../logs/index.ts";
import { addSeries, countRequest, createSeriesTable, packSeries, type MetricsLine, type Series } from "./series.ts";

export interface Counts {
  countRequest(record: RequestRecord): void;
  /** Rows of a deployment that the collector kept, and rows that it had no room for. */
  countCollected(deployment: string, collected: number, dropped: number): void;
  /** Hands a line of what was counted since the line before; where it is not taken, the next one has it. */
  write(take: (line: string) => boolean): void;
  /** Since the process started: one for each deployment, outcome and mirroring, whatever the minute. */
  totals(): Series[];
}

export function createCounts(): Counts {
  const counted = createSeriesTable();
  const written = createSeriesTable();
  let seq = 0;
  /** Milliseconds since 1970, since the last line; 0 for never. */
  let lastRequestAt = 0;
  let primaryUsedAt = 0;
  let secondaryUsedAt = 0;

  function nextLine(series: readonly Series[]): MetricsLine {
    const primary = primaryUsedAt && { primary: primaryUsedAt };
    const secondary = secondaryUsedAt && { secondary: secondaryUsedAt };
    const used = { lastRequestAt: lastRequestAt || null, keys: { ...primary, ...secondary } };
    return { seq: seq + 1, ...used, series: series.map(packSeries) };
  }

  return {
    countRequest(record) {
      const { at, deployment, code, status, mirrored, key } = record;
      const outcome = code ?? (status < 400 ? "ok" : String(status));
      countRequest(counted.find(at, deployment ?? "", outcome, mirrored), record.rows, record.milliseconds);
      lastRequestAt = at;
      if (key === "primary") primaryUsedAt = at;
      else if (key === "secondary") secondaryUsedAt = at;
    },
    countCollected(deployment, collected, dropped) {
      const series = counted.find(Date.now(), deployment, "ok", false);
      series.collected += collected;
      series.dropped += dropped;
    },
    write(take) {
      const series = [...counted.all()];
      if (series.length === 0 || !take(`${JSON.stringify(nextLine(series))}\n`)) return;
      seq++;
      lastRequestAt = primaryUsedAt = secondaryUsedAt = 0;
      for (const one of counted.take()) addSeries(written.find(0, one.deployment, one.outcome, one.mirrored), one);
    },
    totals() {
      const totals = createSeriesTable();
      for (const one of [...written.all(), ...counted.all()]) {
        addSeries(totals.find(0, one.deployment, one.outcome, one.mirrored), one);
      }
      return [...totals.all()];
    },
  };
}
