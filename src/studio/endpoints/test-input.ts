/** The form of a request: its fields from the model's schema, and the body that it sends. */
import type { ColumnProfile, ModelVersionDetails } from "../../contract/index.ts";

/** A value of a column as JSON carries it. */
export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

interface FieldBase {
  /** The column. */
  readonly name: string;
  /** May be left empty. */
  readonly nullable: boolean;
}
/** How a column is asked for. */
export type InputField =
  | (FieldBase & { readonly kind: "choice"; readonly choices: readonly Cell[] })
  /** `range`: what training saw, where that is known; other values are taken too. */
  | (FieldBase & { readonly kind: "number"; readonly range: readonly [number, number] | null })
  | (FieldBase & { readonly kind: "date" | "text" });

type ModelInput = ModelVersionDetails["contents"]["inputs"][number];

/**
 * @param profile of the data that the model was trained on, where it is known: the ranges of its numbers
 */
export function inputFields(
  inputs: readonly ModelInput[],
  profile: readonly Pick<ColumnProfile, "name" | "min" | "max">[] = [],
): InputField[] {
  return inputs.map(({ name, type, nullable, categories }) => {
    if (categories !== null && categories.length > 0) return { kind: "choice", name, nullable, choices: categories };
    const word = type.toLowerCase();
    if (word.startsWith("bool")) return { kind: "choice", name, nullable, choices: [true, false] };
    if (/date|time/.test(word)) return { kind: "date", name, nullable };
    if (!/numeric|float|double|int|long|number/.test(word)) return { kind: "text", name, nullable };
    const seen = profile.find((column) => column.name === name);
    const range =
      typeof seen?.min === "number" && typeof seen.max === "number" ? ([seen.min, seen.max] as const) : null;
    return { kind: "number", name, nullable, range };
  });
}

/** The first row of a body in the form of the examples; null where it has another form. */
export function firstRow(body: unknown): Row | null {
  const data = isObject(body) ? body["data"] : undefined;
  const row: unknown = Array.isArray(data) ? data[0] : undefined;
  return isObject(row) && Object.values(row).every(isCell) ? (row as Row) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCell(value: unknown): value is Cell {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

export interface BodyOptions {
  /** Probabilities of all labels instead of the label. */
  readonly probabilities: boolean;
  /** With what each column contributed. */
  readonly explain: boolean;
}

/** A body for /score. */
export function bodyOf(row: Row, { probabilities, explain }: BodyOptions): Record<string, unknown> {
  return {
    data: [row],
    ...(probabilities && { method: "predict_proba" }),
    ...(explain && { explain: true }),
  };
}

/** @returns the body; or where the text is no JSON, what is wrong with it */
export function parseBody(text: string): { readonly body: unknown } | { readonly fault: string } {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: `This is no JSON: ${(error as Error).message}` };
  }
}
