import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/index.ts";
import type { Range } from "./asked.ts";

const minute = 60;
/** Seconds back, and of a point. */
const spans: Readonly<Record<Range, readonly [back: number, step: number]>> = {
  "15m": [15 * minute, minute],
  "1h": [60 * minute, minute],
  "6h": [6 * 60 * minute, 5 * minute],
  "24h": [24 * 60 * minute, 15 * minute],
  "7d": [7 * 24 * 60 * minute, 120 * minute],
  "30d": [30 * 24 * 60 * minute, 720 * minute],
};

/** The metrics until now; they are told by no event, so they are asked for while they are looked at. */
export function metricsQuery(asked: { readonly workspace: string; readonly endpoint: string; readonly range: Range }) {
  const { workspace, endpoint, range } = asked;
  const [back, stepSeconds] = spans[range];
  return queryOptions({
    queryKey: ["getEndpointMetrics", { workspace, endpoint }, range] as const,
    queryFn: ({ signal, meta }) => {
      const to = Date.now();
      const from = new Date(to - back * 1000).toISOString();
      return call(
        "getEndpointMetrics",
        { workspace, endpoint, query: { from, to: new Date(to).toISOString(), stepSeconds } },
        { signal, meta },
      );
    },
    staleTime: 2_000,
    refetchInterval: 5_000,
  });
}
