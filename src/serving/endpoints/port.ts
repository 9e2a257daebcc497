/** Ports of endpoints: one that is asked for, or any free one of a range of their own. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable } from "../../store/index.ts";

/** Below the range from which systems take ports for outgoing connections (Linux: 32768). */
const firstPort = 20_000;
const lastPort = 29_999;
const attempts = 200;

/** A port that neither another endpoint of the home has nor another program listens on. @throws SLW_ENDPOINT_PORT */
export async function freePort(database: Queryable, home: string, host: string): Promise<number> {
  const rows = await database.selectFrom("endpoints").select("port").where("home", "=", home).execute();
  const taken = new Set(rows.map(({ port }) => port));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(firstPort, lastPort + 1);
    if (!taken.has(port) && (await isFree(host, port))) return port;
  }
  throw new SlipwayError("SLW_ENDPOINT_PORT", `No port from ${firstPort} to ${lastPort} is free.`, {
    fix: "Delete endpoints that nobody uses, or choose a port with --port.",
  });
}

/** @throws SLW_ENDPOINT_PORT where the port is taken, by an endpoint or by another program */
export async function requirePort(database: Queryable, home: string, host: string, port: number): Promise<void> {
  const other = await database
    .selectFrom("endpoints")
    .select("name")
    .where("home", "=", home)
    .where("port", "=", port)
    .executeTakeFirst();
  if (other === undefined && (await isFree(host, port))) return;
  throw new SlipwayError("SLW_ENDPOINT_PORT", `Port ${port} of ${host} is in use.`, { details: { host, port } });
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
