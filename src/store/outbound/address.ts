/** Which addresses a URL of a user may lead to: those that anybody on the internet can reach, and no others. */
import ipaddr from "ipaddr.js";
import { SlipwayError } from "../../base/index.ts";

/** All that is assigned to the public so far (RFC 4291, IANA IPv6 address space); it leaves out ::a.b.c.d, too. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
/** Azure's metadata and DNS for a virtual machine: a public number that never leaves the host. */
const azureHost = "168.63.129.16";

/**
 * Whether `address` is public by the IANA registries of special addresses (RFC 6890). Not: loopback, private, shared
 * (100.64/10), link-local (with 169.254.169.254), documentation, multicast, reserved; nor an IPv6 address that carries an
 * IPv4 address (mapped, translated, 6to4, Teredo), whatever that is.
 * @param address of IPv4 or IPv6, as `isIP` of node:net knows it, without brackets
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false;
  // A zone (RFC 4007) belongs to link-local addresses alone.
  if (address.includes("%")) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast" || address === azureHost) return false;
  return parsed.kind() === "ipv4" || (parsed as ipaddr.IPv6).match(globalUnicast);
}

/**
 * @param host what the message names: a name, where the address is not to be shown to who asked
 * @throws SLW_OUTBOUND_ADDRESS
 */
export function assertPublicAddress(address: string, host: string = address): void {
  if (isPublicAddress(address)) return;
  throw new SlipwayError("SLW_OUTBOUND_ADDRESS", `${host} has an address that is not public.`, { details: { host } });
}
