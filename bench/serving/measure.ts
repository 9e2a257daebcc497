/** One contender, measured once: from its start to its end. */
import { setTimeout as delay } from "node:timers/promises";
import { cpuSeconds } from "../harness/process-cpu.ts";
import { residentBytes } from "../harness/process-memory.ts";
import { createConnection, requestBytes, type Connection } from "../load/connection.ts";
import type { LoadGenerator, LoadResult } from "../load/index.ts";
import type { Bank } from "./bank.ts";
import { bodiesFile } from "./bodies.ts";
import type { ServingContender, RunningServer } from "./contender.ts";

export interface Load {
  readonly rows: number;
  readonly concurrency: number;
}

export const loads: readonly Load[] = [
  { rows: 2, concurrency: 1 },
  { rows: 2, concurrency: 16 },
  { rows: 100, concurrency: 4 },
  { rows: 1000, concurrency: 4 },
];

export interface Round {
  /** Milliseconds from the start of the process to the first right answer. */
  readonly cold: number;
  /** Resident bytes of all its processes after the first answer and two quiet seconds, and after all loads. */
  readonly restBytes: number | null;
  readonly loadedBytes: number | null;
  /** Resident bytes of one replica after all loads. */
  readonly replicaBytes: number | null;
  /** Of the answers to all rows of bank, against the truth; null for the echo. */
  readonly accuracy: number | null;
  /** In the order of `loads`. */
  readonly loads: readonly LoadRound[];
}

export interface LoadRound extends LoadResult {
  /** User and system time of all its processes for one request; null where the system does not tell. */
  readonly cpuMilliseconds: number | null;
}

export interface Seconds {
  readonly warmUp: number;
  readonly measured: number;
}

/** Throws where it does not start, or any answer is wrong or missing. */
export async function measureOnce(
  contender: ServingContender,
  bank: Bank,
  generator: LoadGenerator,
  seconds: Seconds,
): Promise<Round> {
  const server = await contender.start();
  try {
    await awaitAnswer(contender, server, bank);
    const cold = performance.now() - server.startedAt;
    await server.settle();
    await delay(2_000);
    const restBytes = memoryOf(server.pids());
    const accuracy = await checkAnswers(contender, server, bank);
    const measured: LoadRound[] = [];
    for (const load of loads) measured.push(await applyLoad(contender, server, bank, generator, load, seconds));
    server.check();
    const [loadedBytes, replicaBytes] = [memoryOf(server.pids()), memoryOf(server.replicaPids())];
    return { cold, restBytes, loadedBytes, replicaBytes, accuracy, loads: measured };
  } finally {
    await server.stop();
  }
}

const patienceMilliseconds = 120_000;

/** Asks until it answers, and that rightly. */
export async function awaitAnswer(contender: ServingContender, server: RunningServer, bank: Bank): Promise<void> {
  const connection = createConnection(server.target);
  try {
    await firstAnswer(contender, server, bank, connection);
  } finally {
    connection.close();
  }
}

async function firstAnswer(contender: ServingContender, server: RunningServer, bank: Bank, connection: Connection) {
  const rows = bank.rows.slice(0, 2);
  const body = contender.wire.body(rows, bank.columns);
  for (const end = performance.now() + patienceMilliseconds; ; await delay(5)) {
    server.check();
    const answer = await ask(server, connection, body);
    if (answer !== null) return checkAnswer(contender, body, answer, 0, rows.length);
    if (performance.now() > end) throw new Error(`${contender.name} does not answer.`);
  }
}

/** @returns null where there is no 200 */
function ask({ target }: RunningServer, connection: Connection, body: string): Promise<string | null> {
  return new Promise((resolve) =>
    connection.send(requestBytes(target, body), (outcome) =>
      resolve(outcome.status === 200 ? outcome.body.toString() : null),
    ),
  );
}

/** @returns the labels that it answered, null for the echo */
function checkAnswer(
  { name, wire, expected }: ServingContender,
  body: string,
  answer: string,
  first: number,
  count: number,
) {
  if (expected === null) {
    if (answer !== body) throw new Error(`${name} does not answer with what it was sent.`);
    return null;
  }
  const labels = wire.labels(answer) ?? [];
  const wrong = expected.slice(first, first + count).findIndex((label, i) => label !== labels[i]);
  if (wrong < 0 && labels.length === count) return labels;
  throw new Error(`${name} answered ${answer.slice(0, 200)}; row ${first + Math.max(wrong, 0)} of bank is wrong.`);
}

async function checkAnswers(contender: ServingContender, server: RunningServer, bank: Bank): Promise<number | null> {
  const connection = createConnection(server.target);
  let right = 0;
  for (let first = 0; first < bank.rows.length; first += 1000) {
    const rows = bank.rows.slice(first, first + 1000);
    const body = contender.wire.body(rows, bank.columns);
    const answer = await ask(server, connection, body);
    if (answer === null) throw new Error(`${contender.name} did not answer a request of ${rows.length} rows with 200.`);
    const labels = checkAnswer(contender, body, answer, first, rows.length);
    if (labels === null) break;
    right += labels.filter((label, i) => label === bank.truth[first + i]).length;
  }
  connection.close();
  return contender.expected === null ? null : right / bank.rows.length;
}

async function applyLoad(
  contender: ServingContender,
  server: RunningServer,
  bank: Bank,
  generator: LoadGenerator,
  { rows, concurrency }: Load,
  seconds: Seconds,
): Promise<LoadRound> {
  const request = { target: server.target, bodies: bodiesFile(contender, bank, rows), concurrency };
  await generator.closed({ ...request, seconds: seconds.warmUp });
  const before = cpuSeconds(server.pids());
  const result = await generator.closed({ ...request, seconds: seconds.measured });
  const after = cpuSeconds(server.pids());
  const [failure] = Object.entries(result.failures);
  if (failure !== undefined || result.requests === 0)
    throw new Error(`${contender.name}, ${rows} rows: ${failure?.join(" ") ?? "no request"} of ${result.requests}.`);
  const used = before === null || after === null ? null : after - before;
  return { ...result, cpuMilliseconds: used === null ? null : (used * 1000) / result.requests };
}

/** Resident bytes of all of them; null where the system does not tell. */
export function memoryOf(pids: readonly number[]): number | null {
  return pids.reduce<number | null>((sum, pid) => {
    const bytes = residentBytes(pid);
    return bytes === null ? sum : (sum ?? 0) + bytes;
  }, null);
}
