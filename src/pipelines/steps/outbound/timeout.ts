import type { StepBase } from "../../../definition/index.ts";

/** Seconds, as for all steps. */
const defaultTimeout = 3_600;
/** Milliseconds: timers take no more. */
const longest = 2 ** 31 - 1;

/** Milliseconds that a try may take. */
export function timeoutOf({ timeout = defaultTimeout }: Pick<StepBase, "timeout">): number {
  return Math.min(timeout * 1000, longest);
}
