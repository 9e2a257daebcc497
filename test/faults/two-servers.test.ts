/**
 * Two servers that are started on one data folder in the same moment (RELIABILITY: row 11): one of them serves, the other
 * one is refused and says who serves. A few times by default; FAULTS=20 in `npm run faults`.
 */
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { createHome, run, up, type RunningServer } from "../server/slipway-process.ts";
import { faultTimes, missingProc, orphansEnd, orphansOf, reportFault } from "./fault-server.ts";

const times = faultTimes(2);

/** Starts one; what it says where it is refused. */
async function attempt(home: ReturnType<typeof createHome>): Promise<RunningServer | string> {
  return up(home).catch((error: Error) => error.message);
}

test.skipIf(missingProc)(
  `one serves and the other is told who${missingProc ? ` (skipped: ${missingProc})` : ""}`,
  { timeout: 240_000 + times * 30_000 },
  async () => {
    const home = createHome();
    const seconds: number[] = [];
    let wrong = 0;
    for (let i = 0; i < times; i++) {
      const both = [attempt(home), delay(i % 5 === 0 ? 0 : 20 * i).then(() => attempt(home))];
      const results = await Promise.all(both);
      const serving = results.filter((result) => typeof result !== "string");
      const refused = results.filter((result) => typeof result === "string");
      expect(serving).toHaveLength(1);
      const [server] = serving as [RunningServer];
      expect(refused).toEqual([expect.stringContaining("error[SLW_STORE_OWNED]")]);
      expect(refused[0]).toContain(`process ${server.child.pid}`);
      const { ok } = await fetch(`${server.url}/api/v1/status`);
      if (!ok) wrong++;
      seconds.push(server.milliseconds / 1000);
      // Every second time the lock is left by one that was killed.
      await server.end(i % 2 === 0 ? "SIGKILL" : "SIGTERM");
    }
    await expect.poll(() => orphansOf(home, null), orphansEnd).toEqual([]);
    const orphans = orphansOf(home, null).length;
    const last = await up(home);
    await last.end("SIGTERM");
    await run(home, ["down"]);
    home.remove();
    reportFault({
      fault: "two servers at once on one data folder",
      times,
      lost: 0,
      half: wrong,
      orphans,
      seconds,
      limit: 10,
    });
    expect(wrong).toBe(0);
  },
);
