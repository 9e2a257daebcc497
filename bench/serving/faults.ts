/** Our endpoint under a steady load while it is changed and its processes are killed: which requests fail, and of what? */
import { setTimeout as delay } from "node:timers/promises";
import type { Report } from "../harness/report.ts";
import type { LoadGenerator, LoadResult } from "../load/index.ts";
import type { Bank } from "./bank.ts";
import { answersFile, bodiesFile } from "./bodies.ts";
import { printVerdicts, type Demand } from "./demands.ts";
import { deploy, endpointName, slipwayContender, startServer, switchAllOn } from "./slipway.ts";
import { describeFailures } from "./soak.ts";
import type { EndpointProcess, Workspace } from "./workspace.ts";

const changes = 50;
const rowsOfRequest = 2;

interface Phase {
  readonly name: string;
  /** Its end is the end of the phase. */
  run(workspace: Workspace): Promise<void>;
  /** Failures that a killed process's own requests may end with. */
  readonly inFlightMayFail?: true;
}

const phases: readonly Phase[] = [
  { name: "nothing happens", run: () => delay(5_000) },
  { name: `${changes} x deploy, traffic, rollback, remove`, run: change },
  { name: "kill -9 of the server, start after 5 s", run: killServer },
  { name: "kill -9 of PostgreSQL", run: killDatabase },
  {
    name: "kill -9 of a scoring process",
    run: (workspace) => killProcess(workspace, "replica"),
    inFlightMayFail: true,
  },
  {
    name: "kill -9 of the supervisor",
    run: (workspace) => killProcess(workspace, "supervisor"),
    inFlightMayFail: true,
  },
];

/** @param rate requests of 2 rows a second */
export async function measureFaults(
  report: Report,
  script: string,
  bank: Bank,
  generator: LoadGenerator,
  rate: number,
): Promise<void> {
  const workspace = await startServer(script, bank);
  try {
    const target = await deploy(workspace);
    await switchAllOn(workspace);
    const contender = slipwayContender("endpoint", script, bank);
    const files = { bodies: bodiesFile(contender, bank, rowsOfRequest), answers: answersFile(bank, rowsOfRequest) };
    await generator.open({ target, ...files, rate });
    const results: LoadResult[] = [];
    for (const phase of phases) {
      process.stderr.write(`${phase.name}\n`);
      await phase.run(workspace);
      results.push(await generator.take());
    }
    await generator.stop();
    print(report, results);
  } finally {
    await workspace.remove();
  }
}

/** Blue and green take turns: the new one gets all, then both get half, then the new one has all again and the old goes. */
async function change(workspace: Workspace): Promise<void> {
  const endpoints = (verb: string, ...args: string[]): Promise<unknown> =>
    workspace.slipway("endpoints", verb, endpointName, ...args);
  for (let i = 0; i < changes; i++) {
    const [serving, next] = i % 2 === 0 ? ["blue", "green"] : ["green", "blue"];
    await endpoints("deploy", "--deployment", next, "--model", `${endpointName}@${2 - (i % 2)}`);
    await endpoints("traffic", `${serving}=50,${next}=50`);
    await endpoints("rollback");
    await endpoints("remove", serving);
  }
}

async function killServer(workspace: Workspace): Promise<void> {
  workspace.killServer();
  await delay(5_000);
  await workspace.start();
  await workspace.show(endpointName);
}

/** Until the server answers again, which it does only with a database. */
async function killDatabase(workspace: Workspace): Promise<void> {
  const pid = workspace.databasePid();
  if (pid === null) throw new Error("No database runs.");
  process.kill(pid, "SIGKILL");
  for (const end = performance.now() + 60_000; ; await delay(200)) {
    try {
      await workspace.get(`endpoints/${endpointName}`);
      break;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
  await delay(3_000);
}

/** Until another one has taken its place. */
async function killProcess(workspace: Workspace, role: EndpointProcess["role"]): Promise<void> {
  const { processes } = await workspace.show(endpointName);
  const victim = processes.find((process) => process.role === role);
  if (victim === undefined) throw new Error(`The endpoint has no ${role}.`);
  process.kill(victim.pid, "SIGKILL");
  await delay(5_000);
  const later = await workspace.show(endpointName);
  if (!later.processes.some((process) => process.role === role && process.pid !== victim.pid))
    throw new Error(`No other ${role} came after ${victim.pid} was killed.`);
}

/** What a request ends with whose connection was taken away while it waited for its answer. */
const inFlight = new Set(["ECONNRESET", "EPIPE", "closed before the answer"]);

function failed({ failures }: LoadResult, phase: Phase): number {
  return Object.entries(failures)
    .filter(([cause]) => !phase.inFlightMayFail || !inFlight.has(cause))
    .reduce((sum, [, count]) => sum + count, 0);
}

function print(report: Report, results: readonly LoadResult[]): void {
  const rows = phases.map((phase, i) => ({ phase, result: results[i] as LoadResult }));
  report.table(
    "faults under load",
    [
      { key: "phase", title: "what happens" },
      { key: "requests", title: "requests" },
      { key: "failures", title: "failures" },
      { key: "failedSeconds", title: "from first to last failure, s", digits: 2 },
      { key: "p99", title: "p99 ms", digits: 1 },
      { key: "max", title: "max ms", digits: 0 },
    ],
    rows.map(({ phase, result }) => ({
      phase: phase.name,
      requests: result.requests,
      failures: describeFailures(result.failures),
      failedSeconds: result.failedBetween === null ? null : result.failedBetween[1] - result.failedBetween[0],
      p99: result.latency?.p99 ?? null,
      max: result.latency?.max ?? null,
    })),
  );
  printVerdicts(
    report,
    "asked and measured: failed requests, those in flight to a killed process aside",
    rows.map(({ phase, result }): Demand => ({ what: phase.name, asked: 0, measured: failed(result, phase) })),
  );
}
