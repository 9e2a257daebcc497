/** Tables of what was measured, and what is asked of us beside it. */
import type { Report, ReportColumn } from "../harness/report.ts";
import { median } from "../harness/statistics.ts";
import { printVerdicts, type Demand } from "./demands.ts";
import { loads, type Load, type Round } from "./measure.ts";

export interface Measured {
  readonly name: string;
  readonly kind: "ours" | "echo" | "peer";
  /** At least one. */
  readonly rounds: readonly Round[];
}

type Figure = (round: Round) => number | null;

function middle({ rounds }: Measured, figure: Figure): number | null {
  const values = rounds.map(figure);
  return values.includes(null) ? null : median(values as number[]);
}

/** "0.051 – 0.055": the least and the most of all rounds. */
function range({ rounds }: Measured, figure: Figure, digits: number): string {
  const values = rounds.map(figure);
  if (values.includes(null)) return "–";
  const [least, most] = [Math.min(...(values as number[])), Math.max(...(values as number[]))];
  return `${least.toFixed(digits)} – ${most.toFixed(digits)}`;
}

const megabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / 1e6);

function titleOf({ rows, concurrency }: Load): string {
  return `${rows.toLocaleString("en")} rows a request, ${concurrency} at a time`;
}

export function printLoads(report: Report, all: readonly Measured[]): void {
  const columns: ReportColumn[] = [
    { key: "who", title: "who" },
    { key: "cpu", title: "server CPU ms a request", digits: 3 },
    { key: "cpuRange", title: "least – most" },
    { key: "times", title: "x ours", digits: 1 },
    { key: "rate", title: "requests/s" },
    { key: "rateRange", title: "least – most" },
    { key: "p50", title: "p50 ms", digits: 2 },
    { key: "p95", title: "p95 ms", digits: 2 },
    { key: "p99", title: "p99 ms", digits: 2 },
    { key: "clientBusy", title: "client busy %" },
  ];
  const ours = all.find(({ kind }) => kind === "ours");
  for (const [l, load] of loads.entries()) {
    const cpu: Figure = (round) => round.loads[l]?.cpuMilliseconds ?? null;
    const own = ours === undefined ? null : middle(ours, cpu);
    const rate: Figure = (round) => rateOf(round, l);
    report.table(
      titleOf(load),
      columns,
      all.map((one) => ({
        who: one.name,
        cpu: middle(one, cpu),
        cpuRange: range(one, cpu, 3),
        times: own && (middle(one, cpu) ?? Number.NaN) / own,
        rate: middle(one, rate),
        rateRange: range(one, rate, 0),
        p50: middle(one, (round) => round.loads[l]?.latency?.p50 ?? null),
        p95: middle(one, (round) => round.loads[l]?.latency?.p95 ?? null),
        p99: middle(one, (round) => round.loads[l]?.latency?.p99 ?? null),
        clientBusy: middle(one, (round) => (round.loads[l]?.clientBusy ?? Number.NaN) * 100),
      })),
    );
  }
}

function rateOf(round: Round, load: number): number | null {
  const result = round.loads[load];
  return result === undefined ? null : result.requests / result.seconds;
}

export function printStarts(report: Report, all: readonly Measured[]): void {
  report.table(
    "start, memory (resident, all processes) and answers",
    [
      { key: "who", title: "who" },
      { key: "cold", title: "start to first right answer, ms" },
      { key: "coldRange", title: "least – most" },
      { key: "rest", title: "MB at rest" },
      { key: "loaded", title: "MB after load" },
      { key: "loadedRange", title: "least – most" },
      { key: "accuracy", title: "accuracy of its answers", digits: 4 },
    ],
    all.map((one) => ({
      who: one.name,
      cold: middle(one, ({ cold }) => cold),
      coldRange: range(one, ({ cold }) => cold, 0),
      rest: middle(one, ({ restBytes }) => megabytes(restBytes)),
      loaded: middle(one, ({ loadedBytes }) => megabytes(loadedBytes)),
      loadedRange: range(one, ({ loadedBytes }) => megabytes(loadedBytes), 0),
      accuracy: middle(one, ({ accuracy }) => accuracy),
    })),
  );
}

/** Ours against what is asked of it; a figure without anything to hold it against is left out. */
export function printDemands(report: Report, all: readonly Measured[]): void {
  const ours = all.find(({ kind }) => kind === "ours");
  if (ours === undefined) return;
  printVerdicts(report, `${ours.name}: asked and measured`, [...ratioDemands(ours, all), ...ownDemands(ours)]);
}

function ratioDemands(ours: Measured, all: readonly Measured[]): Demand[] {
  const share = new Map([
    [2, 1 / 50],
    [100, 1 / 10],
    [1000, 1 / 4],
  ]);
  return loads.flatMap((load, l): Demand[] => {
    const cpu: Figure = (round) => round.loads[l]?.cpuMilliseconds ?? null;
    const own = middle(ours, cpu);
    const best = leastOf(all, "peer", cpu);
    const echo = leastOf(all, "echo", cpu);
    const against = (other: { name: string; value: number } | null, asked: number | undefined): Demand[] =>
      other === null || asked === undefined
        ? []
        : [{ what: `CPU over ${other.name}'s, ${titleOf(load)}`, asked, measured: own && own / other.value }];
    return [...against(best, share.get(load.rows)), ...against(echo, load.rows === 2 ? 1.5 : undefined)];
  });
}

function leastOf(all: readonly Measured[], kind: Measured["kind"], figure: Figure) {
  const found = all
    .filter((one) => one.kind === kind)
    .map((one) => ({ name: one.name, value: middle(one, figure) ?? Number.POSITIVE_INFINITY }));
  return found.length === 0 ? null : found.reduce((least, one) => (one.value < least.value ? one : least));
}

function ownDemands(ours: Measured): Demand[] {
  const at16 = loads.findIndex(({ concurrency }) => concurrency === 16);
  return [
    {
      what: "p99 ms of 2 rows, 16 at a time",
      asked: 10,
      measured: middle(ours, (round) => round.loads[at16]?.latency?.p99 ?? null),
    },
    { what: "start to first answer, ms", asked: 1000, measured: middle(ours, ({ cold }) => cold) },
    {
      what: "MB of a replica after load",
      asked: 150,
      measured: middle(ours, ({ replicaBytes }) => megabytes(replicaBytes)),
    },
  ];
}
