/** Which run a command is told: by its id, or by its name where only one has it. */
import { SlipwayError } from "../base/index.ts";
import type { Client, Run } from "../contract/index.ts";
import type { Operand } from "./command.ts";

export const runOperand: Operand = {
  name: "RUN",
  description: "Its id, or its name where no other run has that, as `slipway runs list` shows them.",
};

const named = 5;

/** @returns the id. @throws SLW_TRACKING_RUN, SLW_CLI_OPERAND where several runs have the name */
export async function resolveRun(
  client: Client,
  given: string,
  lifecycle: "active" | "all" = "active",
): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(given)) return given;
  const filter = `run_name = '${given.replaceAll("'", "''")}'`;
  const { items } = await client.listRuns({ query: { filter, lifecycle, limit: named } });
  const [first, second] = items;
  if (first === undefined)
    throw new SlipwayError("SLW_TRACKING_RUN", `There is no run "${given}".`, { details: { run: given } });
  if (second === undefined) return first.id;
  const ids = items.map(({ id }) => id);
  throw new SlipwayError(
    "SLW_CLI_OPERAND",
    `${items.length === named ? `${named} or more` : items.length} runs are called "${given}".`,
    {
      fix: `Give the id of one of them: ${ids.join(", ")}.`,
      details: { run: given, ids },
    },
  );
}

/** How a run is doing, in words. */
export function statusText({ status, statusReason }: Pick<Run, "status" | "statusReason">): string {
  return statusReason === null ? status : `${status} (${statusReason})`;
}

/** Seconds that it took, or has taken so far; null before its start. */
export function secondsOf({ startedAt, endedAt }: Pick<Run, "startedAt" | "endedAt">): number | null {
  if (startedAt === null) return null;
  const end = endedAt === null ? Date.now() : Date.parse(endedAt);
  return Math.max(0, (end - Date.parse(startedAt)) / 1000);
}
