/**
 * The socket that all replicas accept connections of. The supervisor only holds it: it is bound here, and replicas call
 * listen(2) and accept on the descriptor that they inherit. So a connection that comes while no replica is there waits
 * in the kernel's queue, as long as anybody holds the socket.
 */
import { closeSync } from "node:fs";
import { lookup } from "node:dns/promises";
import net, { isIPv6 } from "node:net";
import { getSystemErrorName } from "node:util";
import { SlipwayError } from "../../base/index.ts";

export interface ListeningSocket {
  readonly fd: number;
  close(): void;
}

/** Of a socket that the process before us held. */
export function inheritedSocket(fd: number): ListeningSocket {
  return { fd, close: () => closeSync(fd) };
}

/** What node:cluster binds the sockets with that its workers share; it is exported for that, and not in the types. */
interface Binding {
  _createServerHandle(address: string, port: number, addressType: 4 | 6): BoundHandle | number;
}
interface BoundHandle {
  readonly fd: number;
  getsockname(out: object): number;
  close(): void;
}

/** @throws SLW_ENDPOINT_PORT */
export async function bindSocket(host: string, port: number): Promise<ListeningSocket> {
  const { address, family } = await lookup(host === "localhost" ? "127.0.0.1" : host);
  const handle = (net as unknown as Binding)._createServerHandle(address, port, family === 6 ? 6 : 4);
  if (typeof handle === "number") throw refused(host, port, handle);
  // An address in use is told by the first call after bind.
  const status = handle.getsockname({});
  if (status === 0) return { fd: handle.fd, close: () => handle.close() };
  handle.close();
  throw refused(host, port, status);
}

const addressInUse = "EADDRINUSE";

function refused(host: string, port: number, status: number): SlipwayError {
  const code = getSystemErrorName(status);
  const reason = code === addressInUse ? "another program listens there" : code;
  return new SlipwayError("SLW_ENDPOINT_PORT", `Cannot listen on ${host}, port ${port}: ${reason}.`, {
    details: { host, port, code },
  });
}

export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
