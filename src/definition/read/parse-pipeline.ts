import { checkDefinition, type CheckedDefinition } from "../check/check-definition.ts";
import { readYaml } from "./read-yaml.ts";

/** A definition in YAML or JSON, and all that is wrong with it, by line. */
export function parsePipeline(text: string): CheckedDefinition {
  const { value, positions, problems } = readYaml(text);
  return value === undefined ? { definition: null, problems } : checkDefinition(value, positions);
}
