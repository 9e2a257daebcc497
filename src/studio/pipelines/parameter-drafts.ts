/** Values of parameters while they are typed: texts, until they are sent. */
import type { PipelineVersion } from "../../contract/index.ts";

export type Parameters = PipelineVersion["parameters"];
export type Parameter = Parameters[string];
/** By name; one that is absent has its default. A list has one item a line. */
export type Drafts = Readonly<Record<string, string>>;

export interface ParsedParameters {
  /** Those that differ from their default. */
  readonly values: Readonly<Record<string, unknown>>;
  /** By name. */
  readonly problems: Readonly<Record<string, string>>;
}

/** What is typed for a value: the default's, or an earlier run's. */
export function draftOf({ type }: Parameter, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (type === "list" && Array.isArray(value)) return value.map(String).join("\n");
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** What is shown in the field of a parameter. */
export function shownDraft(parameter: Parameter, draft: string | undefined): string {
  return draft ?? draftOf(parameter, parameter.default);
}

export function parseDrafts(parameters: Parameters, drafts: Drafts): ParsedParameters {
  const values: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const draft = drafts[name];
    const isDefault =
      draft === undefined || (parameter.default !== undefined && draft === draftOf(parameter, parameter.default));
    if (isDefault && parameter.default !== undefined) continue;
    const parsed = parseDraft(parameter, draft ?? "");
    if ("problem" in parsed) problems[name] = parsed.problem;
    else values[name] = parsed.value;
  }
  return { values, problems };
}

function parseDraft(parameter: Parameter, draft: string): { readonly value: unknown } | { readonly problem: string } {
  const text = draft.trim();
  switch (parameter.type) {
    case "number": {
      const number = Number(text);
      return text !== "" && Number.isFinite(number) ? { value: number } : { problem: "A number is needed." };
    }
    case "boolean":
      return text === "true" || text === "false" ? { value: text === "true" } : { problem: "Yes or no is needed." };
    case "enum": {
      const value = parameter.values?.find((one) => String(one) === text);
      return value === undefined ? { problem: "One of the values is needed." } : { value };
    }
    case "list":
      return { value: itemsOf(parameter, draft) };
    case "dataset":
      return text === "" ? { problem: "A dataset is needed: NAME or NAME@VERSION." } : { value: text };
    case "data_path":
      return /^[^:\s]+:./.test(text) ? { value: text } : { problem: "DATASTORE:PATH is needed." };
    case "string":
      // An empty text is one, too; only where there is no default has something to be given.
      return draft === "" && parameter.default === undefined ? { problem: "A text is needed." } : { value: draft };
  }
}

/** Lines; where the default has numbers, or true and false, those that are written so are ones. */
function itemsOf({ default: value }: Parameter, draft: string): unknown[] {
  const lines = draft.split("\n").filter((line) => line.trim() !== "");
  const isTyped = Array.isArray(value) && value.some((item) => typeof item !== "string");
  return isTyped ? lines.map((line) => scalarOf(line.trim())) : lines;
}

function scalarOf(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Options of `slipway` that give the values: a word each, or JSON where a comma or a list is among them. */
export function parameterWords(values: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(values);
  const isPlain = entries.every(
    ([name, value]) => !`${name}${String(value)}`.includes(",") && typeof value !== "object",
  );
  if (isPlain) return entries.flatMap(([name, value]) => ["--parameter", `${name}=${String(value)}`]);
  return ["--parameters", JSON.stringify(values)];
}
