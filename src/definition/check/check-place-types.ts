import { parseTemplate, placeName, type Path } from "../expressions/template.ts";
import { outputsOfStep } from "../outputs.ts";
import { dataPlaces, modelPlaces } from "../places.ts";
import type { Step, StepValue } from "../types.ts";
import type { Meaning } from "./meaning.ts";

/** A value may be a text that names a dataset or a model. */
const tables: readonly StepValue["type"][] = ["dataset", "value"];
const models: readonly StepValue["type"][] = ["model", "model_version", "value", "file", "folder"];

/** No model where a table belongs, and no table where a model does. The step's expressions are known to be right. */
export function checkPlaceTypes(meaning: Meaning, name: string, step: Step): void {
  const { definition, problems } = meaning;
  const check = (places: readonly Path[], allowed: readonly StepValue["type"][], what: string): void => {
    for (const place of places) {
      const found = outputAt(meaning, step, place);
      if (found !== null && !allowed.includes(found.type))
        problems.add(["steps", name, ...place], `${placeName(place)} is ${what}, and ${found.written} a ${found.type}`);
    }
  };
  // A command takes anything as its inputs.
  if (step.type !== "command") check(dataPlaces(step, definition), tables, "a dataset");
  check(modelPlaces(step), models, "a model");
}

function outputAt(
  { definition, sound }: Meaning,
  step: Step,
  place: Path,
): { written: string; type: StepValue["type"] } | null {
  let text: unknown = step;
  for (const part of place) text = (text as Readonly<Record<string | number, unknown>>)[part];
  const [only, ...others] = typeof text === "string" ? parseTemplate(text) : [];
  if (only === undefined || typeof only === "string" || others.length > 0 || only.kind !== "output") return null;
  const source = Object.hasOwn(definition.steps, only.step) ? definition.steps[only.step] : undefined;
  const type = source && sound.has(only.step) ? outputsOfStep(source)?.[only.output] : undefined;
  return type === undefined ? null : { written: `steps.${only.step}.outputs.${only.output} is`, type };
}
