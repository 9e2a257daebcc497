import { placeName, type Path } from "../expressions/template.ts";
import { limits } from "../limits.ts";

/** What is wrong with a definition, and where. */
export interface DefinitionProblem {
  /** From 1; null where the definition is no text. */
  readonly line: number | null;
  readonly column: number | null;
  /** "steps.train.options.metric"; "" is the whole. */
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

/** Of what stands at a path in the text: its key, or its value; where it is absent, that of what should hold it. */
export type Positions = (path: Path, of: "key" | "value") => { readonly line: number; readonly column: number } | null;

interface Particulars {
  readonly fix?: string | undefined;
  /** Which of the two is wrong. Default: the value. */
  readonly at?: "key" | "value";
}

/** Collects what is wrong, up to 100 in the order of their finding. */
export interface Problems {
  add(path: Path, message: string, particulars?: Particulars): void;
  /** Is something wrong at the path, or below it? */
  has(path: Path): boolean;
  /** Is something wrong at the path itself? */
  hasAt(path: Path): boolean;
  readonly isFull: boolean;
  /** In the order of their lines. */
  readonly list: readonly DefinitionProblem[];
}

export function createProblems(positions: Positions | null): Problems {
  const list: DefinitionProblem[] = [];
  const found: Path[] = [];
  return {
    add(path, message, { fix, at = "value" } = {}) {
      if (list.length >= limits.problems) return;
      const { line, column } = positions?.(path, at) ?? { line: null, column: null };
      list.push({ line, column, path: placeName(path), message, ...(fix !== undefined && { fix }) });
      found.push(path);
    },
    has: (path) => found.some((other) => path.every((part, index) => other[index] === part)),
    hasAt: (path) =>
      found.some((other) => other.length === path.length && path.every((part, index) => other[index] === part)),
    get isFull() {
      return list.length >= limits.problems;
    },
    get list() {
      return list.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
    },
  };
}

/** A value in a message: short, on one line. */
export function shown(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
