/** A pipeline as boxes and arrows: from its definition, or from a run of it. */
import type { PipelineRunStep } from "../../contract/index.ts";

export interface GraphStep {
  /** In the definition. */
  readonly name: string;
  /** command, automl, …; "" while it is being written. */
  readonly type: string;
  /** Steps that come before it; all of them are in the graph. */
  readonly needs: readonly string[];
}

type Definition = Readonly<Record<string, unknown>>;

/** Steps in the order of the definition. What is not valid in it is left out. */
export function graphOfDefinition(definition: Definition): GraphStep[] {
  const { steps } = definition;
  if (!isObject(steps)) return [];
  const names = Object.keys(steps);
  return withFallbacks(
    Object.entries(steps).map(([name, step]) => {
      const fields = isObject(step) ? step : {};
      return {
        name,
        type: typeof fields["type"] === "string" ? fields["type"] : "",
        needs: needsOf(name, fields, names),
        condition: typeof fields["if"] === "string" ? fields["if"] : "",
      };
    }),
  );
}

interface DraftStep extends GraphStep {
  readonly condition: string;
}

/** A condition that asks how things went, and names no step, waits for all others. */
export function withFallbacks(steps: readonly DraftStep[]): GraphStep[] {
  const waitsForAll = ({ condition, needs }: DraftStep): boolean =>
    needs.length === 0 && /\b(?:always|failed|succeeded)\(\)/.test(condition);
  return steps.map((step) => {
    const { name, type, needs } = step;
    if (!waitsForAll(step)) return { name, type, needs };
    return {
      name,
      type,
      needs: steps.filter((other) => other !== step && !waitsForAll(other)).map((other) => other.name),
    };
  });
}

function needsOf(name: string, fields: Definition, names: readonly string[]): string[] {
  const found = new Set<string>();
  const { needs, if: condition, ...others } = fields;
  for (const need of Array.isArray(needs) ? (needs as unknown[]) : [needs])
    if (typeof need === "string") found.add(need);
  if (typeof condition === "string") for (const used of stepsIn(condition)) found.add(used);
  for (const text of textsIn(others)) for (const used of stepsInText(text)) found.add(used);
  return [...found].filter((need) => need !== name && names.includes(need));
}

/** Names of steps that a text uses within `${{ … }}`. */
export function stepsInText(text: string): string[] {
  return [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].flatMap(([, expression]) => stepsIn(expression ?? ""));
}

/** Names of steps that an expression uses: steps.train.outputs.model, steps.train.state. */
export function stepsIn(expression: string): string[] {
  const withoutTexts = expression.replaceAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, " ");
  return [...withoutTexts.matchAll(/(?<![\w.-])steps\.([A-Za-z_][\w-]*)/g)].map(([, name]) => name ?? "");
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const member of Object.values(value)) yield* textsIn(member);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export type StepState = PipelineRunStep["state"];

/** A step of the graph with what became of it. */
export interface RunGraphStep extends GraphStep {
  /** The step itself; of a for_each, the whole of it. */
  readonly whole: PipelineRunStep;
  /** Of a for_each; empty for any other step. */
  readonly instances: readonly PipelineRunStep[];
  readonly state: StepState;
}

/** Steps of a run by their name in the definition, in the order in which the run lists them. */
export function graphOfRun(steps: readonly PipelineRunStep[]): RunGraphStep[] {
  const groups = Map.groupBy(steps, ({ step }) => step);
  return [...groups].flatMap(([name, members]) => {
    const whole = members.find((member) => member.name === name) ?? members[0];
    if (whole === undefined) return [];
    const instances = members.filter((member) => member.name !== name);
    const needs = whole.needs.filter((need) => need !== name && groups.has(need));
    return [{ name, type: whole.type, needs, whole, instances, state: stateOf(instances, whole.state) }];
  });
}

/** What somebody or something works on, or is to: a for_each counts as its instances. */
export function partsOf(steps: readonly RunGraphStep[]): PipelineRunStep[] {
  return steps.flatMap(({ whole, instances }) => (instances.length > 0 ? instances : [whole]));
}

/** What matters most comes first: that of several instances is what one would look at. */
const order: readonly StepState[] = [
  "APPROVAL",
  "RUNNING",
  "FAILED",
  "KILLED",
  "QUEUED",
  "WAITING",
  "FINISHED",
  "SKIPPED",
];

function stateOf(instances: readonly PipelineRunStep[], whole: StepState): StepState {
  return order.find((state) => instances.some((instance) => instance.state === state)) ?? whole;
}

export const isFinalState = (state: string): boolean => ["FINISHED", "FAILED", "KILLED", "SKIPPED"].includes(state);

/** The state's word for StatusBadge: what was taken from an earlier run says so. */
export function shownState({ state, reusedFrom }: Pick<PipelineRunStep, "state" | "reusedFrom">): string {
  return state === "FINISHED" && reusedFrom !== null ? "REUSED" : state;
}
