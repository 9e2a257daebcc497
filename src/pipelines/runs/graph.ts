/** Which step comes after which, and how each asks for its turn. */
import {
  decidesAboutFailures,
  parseCondition,
  referencesOf,
  within,
  type Step,
  type StoredDefinition,
} from "../../definition/index.ts";

export interface StepNode {
  readonly name: string;
  readonly step: Step;
  /** Steps that come directly before: those that it names, and those whose outputs or states it uses. */
  readonly needs: readonly string[];
  /** All that come before, however far. */
  readonly ancestors: ReadonlySet<string>;
  /** Its condition asks how others ended; one that does not also asks that they ended well. */
  readonly asksStates: boolean;
  /** Its condition is about the member of for_each: each instance has an answer of its own. */
  readonly asksItem: boolean;
}

/** By name, those that come before first. */
export type Graph = ReadonlyMap<string, StepNode>;

/** @throws SLW_PIPELINE_EXPRESSION, TypeError for what is no definition */
export function createGraph(definition: StoredDefinition): Graph {
  const steps = Object.entries(definition.steps);
  const direct = new Map(steps.map(([name, step]) => [name, needsOf(step)]));
  // One that asks always() or failed() of no step in particular asks it of the whole run.
  const asksAll = ([name, step]: [string, Step]): boolean => direct.get(name)?.length === 0 && asksOf(step).asksStates;
  const late = new Set(steps.filter(asksAll).map(([name]) => name));
  const others = othersThan(late, direct);
  for (const name of late) direct.set(name, others);
  const graph = new Map<string, StepNode>();
  for (const name of inOrder(direct)) {
    const step = definition.steps[name] as Step;
    const needs = direct.get(name) ?? [];
    const ancestors = new Set(needs);
    for (const need of needs) for (const further of graph.get(need)?.ancestors ?? []) ancestors.add(further);
    graph.set(name, { name, step, needs, ancestors, ...asksOf(step) });
  }
  return graph;
}

function needsOf(step: Step): string[] {
  return [...new Set([...(step.needs ?? []), ...referencesOf(step).steps])];
}

/** All but the late ones and what comes after those. */
function othersThan(late: ReadonlySet<string>, direct: ReadonlyMap<string, readonly string[]>): string[] {
  const after = new Set(late);
  for (let grown = true; grown;) {
    grown = false;
    for (const [name, needs] of direct) {
      if (after.has(name) || !needs.some((need) => after.has(need))) continue;
      after.add(name);
      grown = true;
    }
  }
  return [...direct.keys()].filter((name) => !after.has(name));
}

function inOrder(direct: ReadonlyMap<string, readonly string[]>): string[] {
  const ordered = new Set<string>();
  const waiting = new Map(direct);
  while (waiting.size > 0) {
    const before = waiting.size;
    for (const [name, needs] of waiting) {
      if (!needs.every((need) => ordered.has(need))) continue;
      ordered.add(name);
      waiting.delete(name);
    }
    if (waiting.size === before) throw new TypeError(`steps need each other: ${[...waiting.keys()].join(", ")}`);
  }
  return [...ordered];
}

function asksOf(step: Step): { readonly asksStates: boolean; readonly asksItem: boolean } {
  if (step.if === undefined) return { asksStates: false, asksItem: false };
  const parts = [...within(parseCondition(step.if))];
  return { asksStates: decidesAboutFailures(step.if), asksItem: parts.some(({ kind }) => kind === "item") };
}
