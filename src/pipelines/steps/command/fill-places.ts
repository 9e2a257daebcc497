/** A resolved command as its program gets it: with the paths of its inputs and outputs in the step's folder. */
import { resolvePlaces, type CommandPlaces, type CommandStep } from "../../../definition/index.ts";

/** @throws SLW_PIPELINE_EXPRESSION */
export function fillCommand(
  { command, env = {} }: CommandStep,
  places: CommandPlaces,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    variables[name] = typeof value === "string" ? resolvePlaces(value, places) : text;
  }
  return { argv: command.map((part) => resolvePlaces(part, places)), env: variables };
}
