/** Values of a request as Python writes them: MLflow's messages name what came in that form. */

/** A number as it was written: 9.0 is not 9 to Python. */
interface Written {
  readonly source: string;
}

export type Path = readonly (string | number)[];

/**
 * The value at `path` of the JSON `text`, as json.dumps(value, sort_keys=True, separators=(",", ":")), and its type's
 * name in Python.
 */
export function describeValue(text: string, path: Path): { readonly dump: string; readonly type: string } {
  const root = JSON.parse(text, keepNumbers) as unknown;
  let value = root;
  for (const step of path) value = (value as Record<string, unknown> | undefined)?.[step];
  return { dump: dump(value), type: typeName(value) };
}

function keepNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? { source: context?.source ?? String(value), [isWritten]: true } : value;
}

const isWritten = Symbol("written");

function writtenNumber(value: unknown): Written | null {
  return typeof value === "object" && value !== null && isWritten in value ? (value as unknown as Written) : null;
}

function dump(value: unknown): string {
  const number = writtenNumber(value);
  if (number) return number.source;
  if (Array.isArray(value)) return `[${value.map(dump).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${dump(key)}:${dump(member)}`).join(",")}}`;
  }
  return value === undefined ? "null" : JSON.stringify(value).replace(/[\u0080-\uffff]/g, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function typeName(value: unknown): string {
  const number = writtenNumber(value);
  if (number) return /[.eE]/.test(number.source) ? "float" : "int";
  if (value === null || value === undefined) return "NoneType";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "str" : "dict";
}
