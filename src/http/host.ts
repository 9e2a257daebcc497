/**
 * Whom a request is for. A web page that resolves its own name to our address (DNS rebinding) sends that name as Host;
 * so names are refused unless they are ours, and addresses are compared parsed, never by prefix.
 */
import { BlockList, isIP } from "node:net";
import { hostname } from "node:os";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * @param listenHost the name or address that the server listens on
 * @returns what says whether a Host header means this server; the port is not compared, as tunnels change it
 */
export function createHostCheck(listenHost: string): (host: string) => boolean {
  const names = new Set([listenHost.toLowerCase()]);
  const local = listenHost === "localhost" || isLoopback(listenHost);
  const everywhere = listenHost === "0.0.0.0" || listenHost === "::";
  if (local || everywhere) names.add("localhost");
  if (!local) names.add(hostname().toLowerCase());

  return (host) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(host);
    if (!match || Number(match[3] ?? 0) > 65535) return false;
    const name = (match[1] ?? (match[2] as string)).toLowerCase();
    if (isIP(name) === 0) return match[1] === undefined && names.has(name);
    return local ? isLoopback(name) : true;
  };
}

/** @param address IPv4 or IPv6 */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? "ipv4" : "ipv6");
}
