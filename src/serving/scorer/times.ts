import type { RequestTimes } from "../../http/index.ts";

/** What a client has for its request, unless it is told otherwise. */
export const requestTimes: RequestTimes = { headersMilliseconds: 15_000, requestMilliseconds: 60_000 };
