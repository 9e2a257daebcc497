/** Any error as what a user reads: what happened, why, the way out. */
import { ApiError } from "../../contract/index.ts";

interface ErrorText {
  readonly title: string;
  /** The particulars. */
  readonly detail: string;
  /** What to do about it; null: nothing is known. */
  readonly fix: string | null;
  /** SLW_…; null where the error is not the server's. */
  readonly code: string | null;
  /** By which the server's log knows the request; null where the answer does not say. */
  readonly requestId: string | null;
}

export function errorText(error: unknown): ErrorText {
  if (error instanceof ApiError) return apiErrorText(error);
  const none = { code: null, requestId: null };
  if (isUnreachable(error))
    return {
      ...none,
      title: "The server cannot be reached",
      detail: "No answer came. Either it is not running, or the network between is interrupted.",
      fix: "Look whether the server runs, then try again.",
    };
  const detail = error instanceof Error ? error.message : String(error);
  return { ...none, title: "Something failed in this page", detail, fix: "Reload the page." };
}

function apiErrorText({ status, problem }: ApiError): ErrorText {
  if (problem === null)
    return {
      title: "The answer is not of this server",
      detail: `The status is ${status}, and the body is not one of Slipway's: a proxy in between may have answered.`,
      fix: "Look at the proxy between this browser and the server.",
      code: null,
      requestId: null,
    };
  const requestId = (problem as { requestId?: unknown }).requestId ?? problem.details["requestId"];
  return {
    title: problem.title,
    detail: problem.detail,
    fix: problem.fix === "" ? null : problem.fix,
    code: problem.code,
    requestId: typeof requestId === "string" ? requestId : null,
  };
}

/** fetch rejects with a TypeError where no answer comes; every browser words it differently. */
function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
}
