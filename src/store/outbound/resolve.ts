/** From a host to the addresses that a connection may use: asked once, all of them checked, then pinned. */
import { lookup as systemLookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { SlipwayError } from "../../base/index.ts";
import { assertPublicAddress } from "./address.ts";

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. */
export type Lookup = (host: string) => Promise<readonly Address[]>;

const system: Lookup = (host) => systemLookup(host, { all: true });

/**
 * One address that is not public refuses them all: whoever answers with both wants us to choose the wrong one.
 * @param allowed whether the addresses need not be public
 * @throws SLW_OUTBOUND_RESOLVE, SLW_OUTBOUND_ADDRESS
 */
export async function resolveHost(
  host: string,
  allowed: boolean,
  lookup: Lookup = system,
): Promise<readonly Address[]> {
  const addresses = isIP(host) === 0 ? await ask(host, lookup) : [{ address: host, family: isIP(host) }];
  for (const { address } of allowed ? [] : addresses) assertPublicAddress(address, host);
  return addresses;
}

async function ask(host: string, lookup: Lookup): Promise<readonly Address[]> {
  const failed = (cause?: unknown): SlipwayError =>
    new SlipwayError("SLW_OUTBOUND_RESOLVE", `The name ${host} has no address.`, { details: { host }, cause });
  const addresses = await lookup(host).catch((cause: unknown) => {
    throw failed(cause);
  });
  if (addresses.length === 0) throw failed();
  return addresses;
}

/** For a connection: answers with the addresses that were checked, and asks nobody. */
export function pinnedLookup(addresses: readonly Address[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses as readonly [Address];
    if (options.all) done(null, [...addresses]);
    else done(null, first.address, first.family);
  };
}
