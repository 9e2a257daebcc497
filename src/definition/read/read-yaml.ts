/** YAML (and JSON, which is YAML) as data and places; what makes a reader slow or surprised is refused. */
import type { Document, LineCounter } from "yaml";
import { createProblems, type Positions, type Problems } from "../check/problems.ts";
import type { Path } from "../expressions/template.ts";
import { limits } from "../limits.ts";
import type { Template } from "../types.ts";
import { loadYaml } from "./load-yaml.ts";
import { scanYaml } from "./scan-yaml.ts";

export interface ReadText {
  /** Undefined where the text is not to be read. */
  readonly value: Template | undefined;
  readonly positions: Positions;
  readonly problems: Problems["list"];
}

const nowhere: Positions = () => null;

export function readYaml(text: string): ReadText {
  const refused = (message: string, positions: Positions = nowhere): ReadText => {
    const problems = createProblems(positions);
    problems.add([], message);
    return { value: undefined, positions, problems: problems.list };
  };
  const size = Buffer.byteLength(text);
  if (size > limits.bytes) return refused(`a pipeline's file has at most ${limits.bytes} bytes, this one ${size}`);
  if (text.trim() === "") return refused("the file is empty");
  const scanned = scanYaml(text);
  if (scanned !== null) return refused(scanned.message, () => positionIn(text, scanned.offset));
  const lines = new (loadYaml().LineCounter)();
  const document = parse(text, lines);
  if (document === null) return refused(`nested deeper than ${limits.depth} levels`);
  if (document.errors.length > 0)
    return { value: undefined, positions: nowhere, problems: syntaxProblems(document, lines) };
  const positions = positionsOf(document, lines);
  const problems = createProblems(positions);
  const value = readNode({ problems, anchors: new Map(), nodes: 0 }, document.contents, []);
  return { value: problems.list.length === 0 ? value : undefined, positions, problems: problems.list };
}

/** Null where it is nested deeper than there is stack. */
function parse(text: string, lineCounter: LineCounter): Document | null {
  try {
    return loadYaml().parseDocument(text, {
      lineCounter,
      schema: "core",
      merge: false,
      // Its own look for duplicate keys compares each with each; readMap does it by a set.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "error",
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function syntaxProblems({ errors }: Document, lines: LineCounter): Problems["list"] {
  return errors.slice(0, limits.problems).map(({ message, pos, code }) => {
    const { line, col } = lines.linePos(pos[0]);
    const said = code === "MULTIPLE_DOCS" ? "a file holds one pipeline: take the second document (---) away" : message;
    return { line, column: col, path: "", message: `this is not YAML: ${said}` };
  });
}

function positionIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** From a path to the node of the document, step by step; an alias stands where it is written. */
function positionsOf(document: Document, lines: LineCounter): Positions {
  const { isMap, isNode, isSeq } = loadYaml();
  return (path, of) => {
    let node: unknown = document.contents;
    let place: unknown = node;
    for (const [depth, part] of path.entries()) {
      // The last: of a key that stands there twice it is the second that is wrong.
      const key = isMap(node) ? node.items.findLast((pair) => keyText(pair.key) === String(part)) : undefined;
      const next = isSeq(node) && typeof part === "number" ? node.items[part] : key?.value;
      // What is absent is missing where the rest of the path leads.
      if (next === undefined && key === undefined) break;
      const isLast = depth === path.length - 1;
      const range = isNode(next) ? next.range : null;
      const hasValue = range !== null && range !== undefined && range[0] < range[1];
      place = key !== undefined && (!isLast || of === "key" || !hasValue) ? key.key : next;
      node = next;
    }
    const offset = isNode(place) ? (place.range?.[0] ?? 0) : 0;
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

/** A key as it is written: 1.10 and 0x10 are names here, not numbers. */
function keyText(key: unknown): string {
  if (!loadYaml().isScalar(key)) return "";
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

interface Reader {
  readonly problems: Problems;
  /** What was read so far, by the name that an alias has for it. */
  readonly anchors: Map<string, unknown>;
  nodes: number;
}

/** With what aliases repeat: a few lines could stand for billions. */
const MOST_NODES = 200_000;

function readNode(reader: Reader, node: unknown, path: Path): Template | undefined {
  const { isAlias, isMap, isNode, isScalar, isSeq } = loadYaml();
  const { problems } = reader;
  if (++reader.nodes > MOST_NODES || path.length > limits.depth) {
    if (reader.nodes <= MOST_NODES) problems.add(path, `nested deeper than ${limits.depth} levels`);
    else if (reader.nodes === MOST_NODES + 1)
      problems.add([], `with its aliases the file has more than ${MOST_NODES} values`);
    return undefined;
  }
  if (isAlias(node)) return readAlias(reader, node.source, path);
  if (node === null || node === undefined) return null;
  if (isNode(node) && "anchor" in node && typeof node.anchor === "string") reader.anchors.set(node.anchor, node);
  if (isNode(node) && !hasPlainTag(node.tag)) problems.add(path, `the tag ${node.tag} is not known here; leave it out`);
  if (isMap(node)) return readMap(reader, node.items, path);
  if (isSeq(node)) return readSeq(reader, node.items, path);
  if (isScalar(node)) return readScalar(reader, node.value, path);
  problems.add(path, "this is not YAML that is read here");
  return undefined;
}

const plainTags = new Set(
  ["map", "seq", "str", "int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`),
);
const hasPlainTag = (tag: string | undefined): boolean => tag === undefined || tag === "!" || plainTags.has(tag);

function readAlias(reader: Reader, name: string, path: Path): Template | undefined {
  const target = reader.anchors.get(name);
  if (target === undefined) {
    reader.problems.add(path, `there is no anchor "&${name}" before "*${name}"`);
    return undefined;
  }
  return readNode(reader, target, path);
}

function readMap(reader: Reader, items: readonly { key: unknown; value: unknown }[], path: Path): Template {
  const read: Record<string, Template> = {};
  const keys = new Set<string>();
  const { isScalar } = loadYaml();
  for (const { key, value } of items) {
    if (!isScalar(key) || typeof key.value === "object") {
      reader.problems.add(path, "a key is a text: expected NAME: VALUE");
      continue;
    }
    const name = keyText(key);
    const at = [...path, name];
    if (name === "<<") reader.problems.add(at, "merge keys (<<) are not read; repeat what is meant", { at: "key" });
    else if (name === "__proto__") reader.problems.add(at, '"__proto__" is no name', { at: "key" });
    else if (keys.has(name)) reader.problems.add(at, `${JSON.stringify(name)} stands here twice`, { at: "key" });
    else {
      keys.add(name);
      read[name] = readNode(reader, value, at) ?? null;
    }
    if (reader.problems.isFull) break;
  }
  return read;
}

function readSeq(reader: Reader, items: readonly unknown[], path: Path): Template {
  return items.map((item, index) => readNode(reader, item, [...path, index]) ?? null);
}

function readScalar(reader: Reader, value: unknown, path: Path): Template | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (
    typeof value === "number" &&
    Number.isFinite(value) &&
    (Number.isSafeInteger(value) || !Number.isInteger(value) || Math.abs(value) > 1e21)
  )
    return value;
  reader.problems.add(path, `${String(value)} is no number that is kept exactly; put it in quotes for a text`);
  return undefined;
}
