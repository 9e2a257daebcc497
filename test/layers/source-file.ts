/** What one source file says about itself: the modules it names and the functions it holds, from its syntax tree. */
import { readFileSync } from "node:fs";
import { parseSync, Visitor, type VisitorObject } from "oxc-parser";

export interface Reference {
  /** As written: "../base/index.ts"; for siblingModule the file it stands for: "./worker.ts". */
  readonly specifier: string;
  /** `import`: static or dynamic, of values or types. `start`: an address handed to a worker or a process. */
  readonly kind: "import" | "start";
  readonly line: number;
}

export interface FunctionSize {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly references: readonly Reference[];
  readonly functions: readonly FunctionSize[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** @throws where the file is not valid TypeScript: a file that cannot be read must not count as checked */
export function readSourceFile(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const lineAt = lineFinder(text);
  const references: Reference[] = [];
  const functions: FunctionSize[] = [];
  new Visitor({ ...referenceVisitor(references, lineAt), ...functionVisitor(functions, lineAt) }).visit(program);
  return { path, lines: lineAt(text.trimEnd().length), references, functions };
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

function stringValue(node: unknown): string | null {
  const literal = node as { type?: string; value?: unknown } | null | undefined;
  return literal?.type === "Literal" && typeof literal.value === "string" ? literal.value : null;
}

function referenceVisitor(found: Reference[], lineAt: (offset: number) => number): VisitorObject {
  const add = (source: unknown, kind: Reference["kind"], span: Span, ending = ""): void => {
    const value = stringValue(source);
    if (value !== null) found.push({ specifier: value + ending, kind, line: lineAt(span.start) });
  };
  return {
    ImportDeclaration: (node) => add(node.source, "import", node),
    ExportNamedDeclaration: (node) => add(node.source, "import", node),
    ExportAllDeclaration: (node) => add(node.source, "import", node),
    ImportExpression: (node) => add(node.source, "import", node),
    TSImportType: (node) => add(node.source, "import", node),
    NewExpression: (node) => {
      if (node.callee.type === "Identifier" && node.callee.name === "URL") add(node.arguments[0], "start", node);
    },
    CallExpression: (node) => {
      if (node.callee.type !== "Identifier" || node.callee.name !== "siblingModule") return;
      const name = stringValue(node.arguments[1]);
      if (name !== null) found.push({ specifier: `./${name}.ts`, kind: "start", line: lineAt(node.start) });
    },
  };
}

/** Names come from the declaration, or from the variable or property that holds the function. */
function functionVisitor(found: FunctionSize[], lineAt: (offset: number) => number): VisitorObject {
  const held = new Map<number, string>();
  const hold = (value: Span | null | undefined, key: unknown): void => {
    const name = (key as { name?: unknown }).name;
    if (value && typeof name === "string") held.set(value.start, name);
  };
  const add = (node: Span, name?: string): void => {
    const line = lineAt(node.start);
    found.push({ name: name ?? held.get(node.start) ?? "(anonymous)", line, lines: lineAt(node.end) - line + 1 });
  };
  return {
    VariableDeclarator: (node) => hold(node.init, node.id),
    Property: (node) => hold(node.value, node.key),
    MethodDefinition: (node) => hold(node.value, node.key),
    FunctionDeclaration: (node) => add(node, node.id?.name),
    FunctionExpression: (node) => add(node, node.id?.name),
    ArrowFunctionExpression: (node) => add(node),
  };
}
