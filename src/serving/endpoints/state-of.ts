import type { ProcessState } from "../supervisor/state.ts";
import type { EndpointState } from "./types.ts";

/** What the processes of a started endpoint amount to. */
export function stateOf({ phase, listeningReplicas, problem }: ProcessState): {
  readonly state: EndpointState;
  readonly reason: string | null;
} {
  if (listeningReplicas > 0) return { state: "Healthy", reason: null };
  if (phase === "starting" && problem === null) return { state: "Transitioning", reason: null };
  return { state: "Unhealthy", reason: problem?.message ?? "No replica runs." };
}
