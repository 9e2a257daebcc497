export { assertPublicAddress } from "./address.ts";
export { fetchOutbound, type OutboundOptions } from "./fetch-outbound.ts";
export { pinnedLookup, resolveHost, type Address } from "./resolve.ts";
export { assertOutboundUrl } from "./url.ts";
