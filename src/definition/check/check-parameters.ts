import { takeParameter } from "../parameters.ts";
import type { Parameter } from "../types.ts";
import { shown, type Problems } from "./problems.ts";

/** The values of an enum, and defaults that the parameter itself would take. */
export function checkParameters(parameters: Readonly<Record<string, Parameter>>, problems: Problems): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const path = ["parameters", name];
    checkValues(parameter, path, problems);
    if (parameter.default === undefined || problems.has(path)) continue;
    const taken = takeParameter(parameter, parameter.default);
    if ("wrong" in taken) problems.add([...path, "default"], taken.wrong);
    else if (typeof taken.value !== typeof parameter.default)
      problems.add(
        [...path, "default"],
        `expected ${parameter.type === "enum" ? "a value as in its list" : `a ${parameter.type}`}, got ${shown(parameter.default)}`,
        {
          fix:
            typeof taken.value === "string"
              ? `Put it in quotes: "${String(parameter.default)}".`
              : "Write it without quotes.",
        },
      );
  }
}

function checkValues({ type, values }: Parameter, path: readonly string[], problems: Problems): void {
  if (type !== "enum") {
    if (values !== undefined)
      problems.add([...path, "values"], `"values" belongs to an enum, not to a ${type}`, { at: "key" });
    return;
  }
  if (values === undefined) problems.add([...path, "values"], 'an enum needs "values"', { at: "key" });
  const seen = new Set<string>();
  for (const [index, value] of (values ?? []).entries()) {
    if (seen.has(String(value))) problems.add([...path, "values", index], `${shown(value)} stands in the list twice`);
    seen.add(String(value));
  }
}
