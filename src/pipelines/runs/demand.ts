/** What a step asks of compute. */
import type { NewJob } from "../../compute/index.ts";
import { localTarget } from "../../compute/index.ts";
import { parseBytes } from "../../definition/index.ts";
import type { Step, StoredDefinition } from "../../definition/index.ts";

const anHour = 3_600;

export function demandOf(
  { compute }: StoredDefinition,
  { compute: own, resources, timeout }: Step,
): Pick<NewJob, "target" | "cores" | "memoryBytes" | "labels" | "runSeconds"> {
  const memoryBytes = resources?.memory === undefined ? null : parseBytes(resources.memory);
  return {
    target: own ?? compute ?? localTarget,
    ...(resources?.cores !== undefined && { cores: resources.cores }),
    ...(memoryBytes !== null && { memoryBytes }),
    ...(resources?.labels !== undefined && { labels: resources.labels }),
    runSeconds: timeout ?? anHour,
  };
}
