/**
 * The embedded PostgreSQL is killed while clients write (RELIABILITY: row 10): they are told to come again, and what was
 * acknowledged is there. A few times by default; FAULTS=10 in `npm run faults`.
 */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  faultTimes,
  missingProc,
  openFaultServer,
  orphansOf,
  postgresOf,
  reportFault,
  until,
  type FaultServer,
} from "./fault-server.ts";

const times = faultTimes(2);
const writers = 4;

let server: FaultServer;
beforeAll(async () => {
  server = await openFaultServer();
});
afterAll(() => server?.close());

interface Written {
  /** Names of experiments that were acknowledged. */
  readonly acknowledged: string[];
  /** Other answers than success and "come again", and answers that never came. */
  readonly strange: string[];
  /** performance.now() of every success. */
  readonly at: number[];
}

/** Creates one experiment after the other, each until it is acknowledged. */
async function write(writer: string, stop: AbortSignal): Promise<Written> {
  const written: Written = { acknowledged: [], strange: [], at: [] };
  for (let n = 0; !stop.aborted; n++) {
    const name = `${writer}-${n}`;
    for (let attempt = 0; ; attempt++) {
      const response = await post(name);
      await response.text();
      if (response.status === 201) break;
      const again = response.headers.get("retry-after");
      if (response.status !== 503 || again === null) written.strange.push(`${response.status}, retry-after ${again}`);
      if (attempt > 200) return written;
      await delay(100);
    }
    written.acknowledged.push(name);
    written.at.push(performance.now());
  }
  return written;
}

function post(name: string): Promise<Response> {
  return fetch(`${server.url}/api/v1/workspaces/default/experiments`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${server.token}`,
      "content-type": "application/json",
      "idempotency-key": name,
    },
    body: JSON.stringify({ name }),
  });
}

async function experiments(): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | undefined; ;) {
    const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
    const page = await server.client.listExperiments({ query });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
    if (cursor === undefined) return names;
  }
}

test.skipIf(missingProc)(
  `clients are told to come again, and nothing acknowledged is lost${missingProc ? ` (skipped: ${missingProc})` : ""}`,
  { timeout: 240_000 + times * 30_000 },
  async () => {
    const seconds: number[] = [];
    const all: string[] = [];
    const strange: string[] = [];
    for (let i = 0; i < times; i++) {
      const stop = new AbortController();
      const writing = Array.from({ length: writers }, (_, w) => write(`${i}-${w}`, stop.signal));
      await delay(300);
      const killed = postgresOf(server.home) as number;
      process.kill(killed, "SIGKILL");
      await until(() => ![null, killed].includes(postgresOf(server.home)));
      await until(() => server.client.getStatus().then(Boolean, () => false));
      await until(() => experiments().then(Boolean, () => false));
      await delay(1_000);
      stop.abort();
      const written = await Promise.all(writing);
      for (const { acknowledged, strange: odd } of written) {
        all.push(...acknowledged);
        strange.push(...odd);
      }
      // The longest time that any of them had to wait from one success to the next.
      const gaps = written.map(({ at }) => Math.max(...at.slice(1).map((time, n) => time - (at[n] as number))));
      seconds.push(Math.max(...gaps) / 1000);
    }
    const there = new Set(await experiments());
    const lost = all.filter((name) => !there.has(name));
    const orphans = orphansOf(server.home, server.pid).length;
    reportFault({
      fault: "kill -9 of PostgreSQL under load; seconds from a success to the next",
      times,
      lost: lost.length,
      half: strange.length,
      orphans,
      seconds,
      limit: 5,
    });
    expect(strange).toEqual([]);
    expect(lost).toEqual([]);
    expect(all.length).toBeGreaterThan(10);
  },
);
