import { SlipwayError } from "../../base/index.ts";
import type { Problem } from "./messages.ts";
import { ReplicaProblem } from "./replica-channel.ts";

/** Any error as data: what is not of the table becomes SLW_INTERNAL. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ReplicaProblem) return error.problem;
  const known =
    error instanceof SlipwayError
      ? error
      : new SlipwayError("SLW_INTERNAL", error instanceof Error ? error.message : String(error));
  return { code: known.code, message: known.message, fix: known.fix };
}
