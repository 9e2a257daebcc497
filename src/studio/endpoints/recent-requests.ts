/** Requests of this visit: kept while the studio is open, in no place beyond. */
import { useState } from "react";
import type { EndpointTestAnswer } from "../../contract/index.ts";

export interface RecentRequest {
  readonly at: number;
  readonly body: unknown;
  readonly answer: EndpointTestAnswer;
}

const most = 20;
const kept = new Map<string, readonly RecentRequest[]>();

/** The newest first. @param key workspace and endpoint */
export function useRecentRequests(
  key: string,
): readonly [readonly RecentRequest[], (request: Omit<RecentRequest, "at">) => void] {
  const [, setCount] = useState(0);
  const add = (request: Omit<RecentRequest, "at">): void => {
    kept.set(key, [{ at: Date.now(), ...request }, ...(kept.get(key) ?? [])].slice(0, most));
    setCount((count) => count + 1);
  };
  return [kept.get(key) ?? [], add];
}

/** Id by which the log knows the request. */
export function requestIdOf({ headers }: EndpointTestAnswer): string | null {
  return headers["x-ms-request-id"] ?? null;
}
