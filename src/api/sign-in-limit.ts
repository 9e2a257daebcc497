/** How often an address may try a token that is not good. */
import { SlipwayError } from "../base/index.ts";

/** Failures of an address in a window of time; then it waits for the window's end. */
const allowed = 20;
const windowMilliseconds = 60_000;
/** Addresses that are remembered: beyond, the oldest are forgotten. */
const remembered = 10_000;

export interface SignInLimit {
  /** @throws SLW_API_SIGN_IN_LIMIT where the address has failed too often */
  check(address: string): void;
  failed(address: string): void;
}

/** @param now milliseconds of a clock that never goes back */
export function createSignInLimit(now: () => number = () => performance.now()): SignInLimit {
  const failures = new Map<string, { readonly since: number; count: number }>();
  const current = (address: string) => {
    const entry = failures.get(address);
    return entry !== undefined && now() - entry.since < windowMilliseconds ? entry : null;
  };
  return {
    check(address) {
      const entry = current(address);
      if (entry === null || entry.count < allowed) return;
      const retryAfterSeconds = Math.ceil((entry.since + windowMilliseconds - now()) / 1000);
      throw new SlipwayError("SLW_API_SIGN_IN_LIMIT", `${allowed} sign-ins from ${address} failed within a minute.`, {
        details: { retryAfterSeconds },
      });
    },
    failed(address) {
      const entry = current(address);
      if (entry !== null) {
        entry.count++;
        return;
      }
      // Deleted first: a map gives its oldest entry by the order of insertion.
      failures.delete(address);
      failures.set(address, { since: now(), count: 1 });
      if (failures.size > remembered) failures.delete(failures.keys().next().value as string);
    },
  };
}
