export { createRequestLog } from "./request-log.ts";
export type { RequestRecord } from "./request-record.ts";
