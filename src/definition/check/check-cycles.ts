import { referencesOf } from "../references.ts";
import type { PipelineDefinition, Step } from "../types.ts";
import type { Problems } from "./problems.ts";

/** Steps that wait for each other: "a -> b -> a". Each cycle that is found is named once. */
export function checkCycles(definition: PipelineDefinition, problems: Problems): void {
  const { steps } = definition;
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const visit = (name: string): void => {
    state.set(name, "open");
    trail.push(name);
    for (const need of needsOf(steps[name] as Step)) {
      // One that needs itself is named where it does.
      if (need === name || !Object.hasOwn(steps, need)) continue;
      if (state.get(need) === "open") report(need);
      else if (!state.has(need)) visit(need);
    }
    trail.pop();
    state.set(name, "done");
  };
  const report = (first: string): void => {
    const cycle = [...trail.slice(trail.indexOf(first)), first].toReversed();
    // In the order in which they would run: what is needed comes first.
    problems.add(["steps", first], `steps wait for each other: ${cycle.join(" -> ")}`, {
      at: "key",
      fix: "Take one of these needs or references away.",
    });
  };
  for (const name of Object.keys(steps)) if (!state.has(name)) visit(name);
}

function needsOf(step: Step): readonly string[] {
  try {
    return referencesOf(step).steps;
  } catch {
    // What does not parse was reported where it stands.
    return step.needs ?? [];
  }
}
