/**
 * A server that is told to end while files come in (RELIABILITY: row 1): it ends soon, nothing is there by half, and the
 * file can be sent again. Once by default; FAULTS=5 in `npm run faults`.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../src/base/index.ts";
import {
  damagedArtifacts,
  faultTimes,
  missingProc,
  openFaultServer,
  orphansOf,
  postgresOf,
  reportFault,
  type FaultServer,
} from "./fault-server.ts";

const times = faultTimes(1);
const mediaType = "application/octet-stream";

let server: FaultServer;
beforeAll(async () => {
  server = await openFaultServer();
});
afterAll(() => server?.close());

/** Sends half of the bytes, and resolves when they are on their way; `closed` when nobody listens any more. */
async function sendHalf(id: string, bytes: Buffer): Promise<{ readonly closed: Promise<unknown> }> {
  const outgoing = request(`${server.url}/api/v1/workspaces/default/uploads?id=${id}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": mediaType, "content-length": bytes.length },
  });
  outgoing.on("error", () => undefined).on("response", (response) => response.on("error", () => undefined).resume());
  const closed = once(outgoing, "close").catch(() => undefined);
  await new Promise((resolve) => outgoing.write(bytes.subarray(0, bytes.length / 2), resolve));
  await expect
    .poll(() => server.client.getUpload({ upload: id }).catch(() => null))
    .toMatchObject({ state: "receiving" });
  return { closed };
}

test.skipIf(missingProc)(
  `SIGTERM during an upload${missingProc ? ` (skipped: ${missingProc})` : ""}`,
  { timeout: 240_000 + times * 30_000 },
  async () => {
    const seconds: number[] = [];
    let [lost, half] = [0, 0];
    const orphans: string[] = [];
    for (let i = 0; i < times; i++) {
      const id = newId();
      const bytes = randomBytes(4 * 2 ** 20);
      const { closed } = await sendHalf(id, bytes);
      seconds.push(await server.end("SIGTERM"));
      await closed;
      const postgres = postgresOf(server.home);
      orphans.push(...orphansOf(server.home, null), ...(postgres === null ? [] : [`${postgres} PostgreSQL`]));
      half += damagedArtifacts(server.home).length;
      await server.start();
      const again = await server.client.createUpload({ query: { id }, upload: bytes, mediaType });
      if (again.state !== "stored" || again.received !== bytes.length) lost++;
    }
    const fault = "SIGTERM during an upload; seconds until it has ended";
    reportFault({ fault, times, lost, half, orphans: orphans.length, seconds, limit: 10 });
    expect(orphans).toEqual([]);
    expect([lost, half]).toEqual([0, 0]);
  },
);
