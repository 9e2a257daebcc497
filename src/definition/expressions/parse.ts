import { nearest } from "../../base/index.ts";
import { isReserved } from "../names.ts";
import { comparisons, functions, type Comparison, type Expression, type FunctionName } from "./expression.ts";
import { readToken, wrong, type Token } from "./tokens.ts";

/** More tokens are no condition but a program. */
const MOST_TOKENS = 1000;
const DEEPEST = 50;

const roots = ["parameters", "steps", "item", "run", "inputs", "outputs"];

/** An expression in a longer text, from `start` to the "}}" that ends it. */
export function parseEmbedded(text: string, start: number): { expression: Expression; end: number } {
  const reader = createReader(text, start);
  const expression = parseOr(reader, 0);
  const { token } = reader;
  if (token.value !== "}}" || token.kind !== "sign") throw wrong(text, token.at, `expected "}}", got ${shown(token)}`);
  return { expression, end: reader.next };
}

/** A condition: `a == b`, or `${{ a == b }}`. Throws SLW_PIPELINE_EXPRESSION with details.offset. */
export function parseCondition(text: string): Expression {
  const lead = /^\s*\$\{\{/.exec(text)?.[0];
  if (lead === undefined) {
    const reader = createReader(text, 0);
    const expression = parseOr(reader, 0);
    if (reader.token.kind !== "end") throw wrong(text, reader.token.at, `unexpected ${shown(reader.token)}`);
    return expression;
  }
  const { expression, end } = parseEmbedded(text, lead.length);
  if (text.slice(end).trim() !== "") throw wrong(text, end, "a condition is one expression; nothing follows it");
  return expression;
}

interface Reader {
  readonly text: string;
  /** The token that is looked at. */
  token: Token;
  /** Where the token after it begins. */
  next: number;
  tokens: number;
}

function createReader(text: string, start: number): Reader {
  const reader: Reader = { text, token: { kind: "end", value: "", at: start }, next: start, tokens: 0 };
  advance(reader);
  return reader;
}

function advance(reader: Reader): Token {
  const before = reader.token;
  if (++reader.tokens > MOST_TOKENS)
    throw wrong(reader.text, before.at, `the expression has more than ${MOST_TOKENS} words and signs`);
  const { token, next } = readToken(reader.text, reader.next);
  reader.token = token;
  reader.next = next;
  return before;
}

function take(reader: Reader, sign: string): boolean {
  if (reader.token.kind !== "sign" || reader.token.value !== sign) return false;
  advance(reader);
  return true;
}

function parseOr(reader: Reader, depth: number): Expression {
  return parseJoined(reader, "or", "||", () => parseJoined(reader, "and", "&&", () => parseComparison(reader, depth)));
}

function parseJoined(reader: Reader, kind: "and" | "or", sign: string, parse: () => Expression): Expression {
  const first = parse();
  const operands = [first];
  while (take(reader, sign)) operands.push(parse());
  return operands.length === 1 ? first : { kind, operands };
}

function parseComparison(reader: Reader, depth: number): Expression {
  const left = parseUnary(reader, depth);
  const operator = comparisonOf(reader.token);
  if (operator === undefined) return left;
  advance(reader);
  const right = parseUnary(reader, depth);
  if (comparisonOf(reader.token) !== undefined)
    throw wrong(reader.text, reader.token.at, 'comparisons are not chained; join two of them with "&&"');
  return { kind: "compare", operator, left, right };
}

const comparisonOf = (token: Token): Comparison | undefined =>
  token.kind === "sign" ? comparisons.find((operator) => operator === token.value) : undefined;

function parseUnary(reader: Reader, depth: number): Expression {
  if (depth > DEEPEST) throw wrong(reader.text, reader.token.at, `the expression is nested more than ${DEEPEST} deep`);
  if (take(reader, "!")) return { kind: "not", operand: parseUnary(reader, depth + 1) };
  if (!take(reader, "(")) return parsePrimary(reader, depth);
  const inner = parseOr(reader, depth + 1);
  if (!take(reader, ")")) throw wrong(reader.text, reader.token.at, `expected ")", got ${shown(reader.token)}`);
  return inner;
}

function parsePrimary(reader: Reader, depth: number): Expression {
  const token = advance(reader);
  if (token.kind === "number" || token.kind === "text") return { kind: "literal", value: token.value };
  if (token.kind !== "name") throw wrong(reader.text, token.at, `expected a name or a value, got ${shown(token)}`);
  if (token.value === "true" || token.value === "false") return { kind: "literal", value: token.value === "true" };
  if (token.value === "null") return { kind: "literal", value: null };
  if (reader.token.kind === "sign" && reader.token.value === "(") return parseCall(reader, token, depth);
  return parsePath(reader, token);
}

function parseCall(reader: Reader, token: Token, depth: number): Expression {
  const name = String(token.value);
  if (!isFunction(name))
    throw wrong(reader.text, token.at, `there is no function "${name}"${instead(name, Object.keys(functions))}`);
  advance(reader);
  const operands: Expression[] = [];
  if (!take(reader, ")")) {
    do operands.push(parseOr(reader, depth + 1));
    while (take(reader, ","));
    if (!take(reader, ")")) throw wrong(reader.text, reader.token.at, `expected ")", got ${shown(reader.token)}`);
  }
  if (operands.length !== functions[name])
    throw wrong(reader.text, token.at, `${name}() takes ${functions[name]} arguments, got ${operands.length}`);
  return { kind: "call", name, operands };
}

const isFunction = (name: string): name is FunctionName => Object.hasOwn(functions, name);

function parsePath(reader: Reader, token: Token): Expression {
  const path = [String(token.value)];
  while (take(reader, ".")) {
    if (reader.token.kind !== "name")
      throw wrong(reader.text, reader.token.at, `expected a name after ".", got ${shown(reader.token)}`);
    const part = advance(reader);
    if (isReserved(part.value as string)) throw wrong(reader.text, part.at, `"${part.value}" is no name`);
    path.push(part.value as string);
  }
  const expression = meant(path);
  if (typeof expression === "string") throw wrong(reader.text, token.at, expression);
  return expression;
}

/** What a path means, or what is wrong with it. */
function meant(path: readonly string[]): Expression | string {
  const [root = "", first = "", second, third] = path;
  const whole = path.join(".");
  switch (root) {
    case "parameters":
      return path.length === 2
        ? { kind: "parameter", name: first }
        : `"${whole}" is no value; expected parameters.NAME`;
    case "item":
      return { kind: "item", path: path.slice(1) };
    case "run":
      if (path.length === 2 && (first === "id" || first === "name")) return { kind: "run", field: first };
      return `"${whole}" is no value; expected run.id or run.name`;
    case "inputs":
    case "outputs":
      return path.length === 2
        ? { kind: "place", of: root, name: first }
        : `"${whole}" is no value; expected ${root}.NAME`;
    case "steps":
      if (path.length === 3 && second === "state") return { kind: "state", step: first };
      if (path.length === 4 && second === "outputs") return { kind: "output", step: first, output: third ?? "" };
      return `"${whole}" is no value; expected steps.STEP.outputs.NAME or steps.STEP.state`;
    default:
      return `"${whole}" is no value${instead(root, roots)}; a text is written in quotes`;
  }
}

function instead(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? `; there are ${candidates.join(", ")}` : `; did you mean "${near}"?`;
}

function shown(token: Token): string {
  return token.kind === "end" ? "the end" : JSON.stringify(token.value).slice(0, 60);
}
