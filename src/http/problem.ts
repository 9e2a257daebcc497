/** Errors on the wire: `application/problem+json` (RFC 9457) with Slipway's stable code and the way out. */
import { SlipwayError, errorTable, type ErrorCode } from "../base/index.ts";

export const problemType = "application/problem+json; charset=utf-8";

/** The body of every answer that is not a success. */
export interface Problem {
  readonly type: string;
  readonly status: number;
  /** Stable: for programs. */
  readonly code: ErrorCode;
  /** What happened, without the particulars. */
  readonly title: string;
  /** The particulars. */
  readonly detail: string;
  /** What to do about it. */
  readonly fix: string;
  /** The particulars as data: row, column, expected, got. */
  readonly details: Readonly<Record<string, unknown>>;
}

export function toProblem(error: SlipwayError): Problem {
  const { code, status, message, fix, details } = error;
  return { type: "about:blank", status, code, title: errorTable[code].title, detail: message, fix, details };
}

/** Fastify's and Node's own errors by our codes. What is none of them is ours to repair, and tells the caller nothing. */
export function toSlipwayError(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new SlipwayError("SLW_HTTP_BODY_TOO_LARGE", "The body is larger than this endpoint takes.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "FST_ERR_CTP_EMPTY_TYPE":
      return new SlipwayError("SLW_HTTP_MEDIA_TYPE", "The body is not declared as JSON.");
    case "HPE_HEADER_OVERFLOW":
      return new SlipwayError("SLW_HTTP_HEADERS_TOO_LARGE", "The headers are larger than 16 KiB.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new SlipwayError("SLW_HTTP_TIMEOUT", "The request did not arrive in time.");
  }
  if (code?.startsWith("HPE_") || (statusCode !== undefined && statusCode >= 400 && statusCode < 500)) {
    return new SlipwayError("SLW_HTTP_REQUEST", "The request is not valid HTTP, or it broke off.");
  }
  return new SlipwayError("SLW_INTERNAL", "The request failed inside Slipway.", {
    fix: "Send the request again; if it fails again, look at the server's log.",
    cause: error,
  });
}
