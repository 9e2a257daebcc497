/** Our endpoint under a steady load for long: does it keep its memory, its descriptors and every row? */
import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Report } from "../harness/report.ts";
import { median, slopeOf } from "../harness/statistics.ts";
import type { LoadGenerator, LoadResult } from "../load/index.ts";
import type { Bank } from "./bank.ts";
import { answersFile, bodiesFile } from "./bodies.ts";
import type { Collected, ServingContender, RunningServer } from "./contender.ts";
import { printVerdicts } from "./demands.ts";
import { awaitAnswer, memoryOf } from "./measure.ts";

export interface SoakRequest {
  readonly minutes: number;
  /** Requests of 2 rows a second. */
  readonly rate: number;
}

interface Sample {
  /** Since the load began. */
  readonly seconds: number;
  /** Resident, of all its processes. */
  readonly bytes: number;
  readonly descriptors: number;
}

const rowsOfRequest = 2;
/** Of the time; what grows in it does not count. */
const warmUpShare = 1 / 6;

/** Prints what a tenth of the time brought, and a verdict. */
export async function measureSoak(
  report: Report,
  contender: ServingContender,
  bank: Bank,
  generator: LoadGenerator,
  { minutes, rate }: SoakRequest,
): Promise<void> {
  const server = await contender.start();
  try {
    await awaitAnswer(contender, server, bank);
    await server.settle();
    const files = { bodies: bodiesFile(contender, bank, rowsOfRequest), answers: answersFile(bank, rowsOfRequest) };
    await generator.open({ target: server.target, ...files, rate });
    const samples: Sample[] = [];
    const results: LoadResult[] = [];
    for (let part = 0; part < 10; part++) {
      samples.push(...(await watch(server, minutes * 6, (part * minutes * 60) / 10)));
      results.push(await (part === 9 ? generator.stop() : generator.take()));
    }
    const answered = results.reduce((sum, result) => sum + answersOf(result), 0);
    printParts(report, contender.name, samples, results);
    printVerdict(report, samples, results, answered, await awaitCollected(server, answered * rowsOfRequest));
  } finally {
    await server.stop();
  }
}

const samplesOfPart = 36;

/** Samples for some seconds. @param from seconds since the load began */
async function watch(server: RunningServer, seconds: number, from: number): Promise<Sample[]> {
  const start = performance.now();
  const samples: Sample[] = [];
  for (let i = 1; i <= samplesOfPart; i++) {
    await delay(start + (i * seconds * 1000) / samplesOfPart - performance.now());
    server.check();
    const pids = server.pids();
    const descriptors = pids.reduce((sum, pid) => sum + descriptorsOf(pid), 0);
    samples.push({ seconds: from + (performance.now() - start) / 1000, bytes: memoryOf(pids) ?? 0, descriptors });
  }
  return samples;
}

function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function answersOf({ requests, failures }: LoadResult): number {
  return requests - Object.values(failures).reduce((sum, count) => sum + count, 0);
}

/** What was answered may still be on its way to where it is counted. */
async function awaitCollected(server: RunningServer, rows: number): Promise<Collected | null> {
  for (const end = performance.now() + 120_000; ; await delay(1_000)) {
    const collected = await server.collected();
    if (collected === null || collected.rows + collected.dropped >= rows || performance.now() > end) return collected;
  }
}

function printParts(report: Report, name: string, samples: readonly Sample[], results: readonly LoadResult[]): void {
  report.table(
    `${name} under steady load`,
    [
      { key: "minutes", title: "minutes", digits: 1 },
      { key: "answered", title: "right answers" },
      { key: "failures", title: "failures" },
      { key: "p50", title: "p50 ms", digits: 2 },
      { key: "p99", title: "p99 ms", digits: 2 },
      { key: "max", title: "max ms", digits: 1 },
      { key: "memory", title: "MB", digits: 1 },
      { key: "descriptors", title: "descriptors" },
    ],
    results.map((result, part) => {
      const last = samples[(part + 1) * samplesOfPart - 1] as Sample;
      return {
        minutes: last.seconds / 60,
        answered: answersOf(result),
        failures: describeFailures(result.failures),
        p50: result.latency?.p50 ?? null,
        p99: result.latency?.p99 ?? null,
        max: result.latency?.max ?? null,
        memory: last.bytes / 1e6,
        descriptors: last.descriptors,
      };
    }),
  );
}

export function describeFailures(failures: LoadResult["failures"]): string {
  return (
    Object.entries(failures)
      .map(([cause, count]) => `${count} x ${cause}`)
      .join(", ") || "0"
  );
}

function usualDescriptors(samples: readonly Sample[]): number {
  return median(samples.map(({ descriptors }) => descriptors));
}

function printVerdict(
  report: Report,
  samples: readonly Sample[],
  results: readonly LoadResult[],
  answered: number,
  collected: Collected | null,
): void {
  const warm = samples.slice(Math.ceil(samples.length * warmUpShare));
  const slope = slopeOf(
    warm.map(({ seconds }) => seconds / 3600),
    warm.map(({ bytes }) => bytes / 1e6),
  );
  const sent = results.reduce((sum, { requests }) => sum + requests, 0);
  // Each connection of the load generator is one of them, so that a single moment says little.
  const grown = usualDescriptors(warm.slice(-samplesOfPart)) - usualDescriptors(warm.slice(0, samplesOfPart));
  const missing = collected === null ? null : Math.abs(answered * rowsOfRequest - collected.rows - collected.dropped);
  printVerdicts(report, "asked and measured", [
    { what: "memory, MB an hour after warm-up", asked: 5, measured: slope },
    { what: "descriptors more at the end than after warm-up", asked: 10, measured: grown },
    { what: `requests of ${sent} without a right answer`, asked: 0, measured: sent - answered },
    { what: "rows neither collected nor counted as dropped", asked: 0, measured: missing },
  ]);
  if (collected !== null) report.line(`collected ${collected.rows} rows, dropped ${collected.dropped}`);
}
