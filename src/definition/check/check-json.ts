import type { Path } from "../expressions/template.ts";
import { limits } from "../limits.ts";
import type { Template } from "../types.ts";
import type { Problems } from "./problems.ts";

/** Of lists and objects and what is in them: no definition of 1 MiB that people write comes near. */
const MOST_NODES = 200_000;

/**
 * A copy of the value as plain JSON: from here on it is what it was when it was checked. Undefined where it is none.
 * Refuses what is no JSON, is nested deeper than 32, or has more than a definition may have.
 */
export function copyJson(value: unknown, problems: Problems): Template | undefined {
  const copier: Copier = { problems, nodes: 0, characters: 0 };
  try {
    const copy = copyValue(copier, value, []);
    if (!problems.isFull && copier.characters > limits.bytes) {
      problems.add([], `a definition has at most ${limits.bytes} bytes as JSON; this one has more`);
    }
    return problems.list.length > 0 ? undefined : copy;
  } catch (error) {
    if (error === tooMuch) return undefined;
    throw error;
  }
}

interface Copier {
  readonly problems: Problems;
  nodes: number;
  /** Of what is copied, as JSON in UTF-8. */
  characters: number;
}

const tooMuch = new Error("the definition is too large");

function copyValue(copier: Copier, value: unknown, path: Path): Template | undefined {
  const { problems } = copier;
  if (++copier.nodes > MOST_NODES || copier.characters > limits.bytes) {
    problems.add([], `a definition has at most ${limits.bytes} bytes as JSON; this one has more`);
    throw tooMuch;
  }
  if (value === null || typeof value === "boolean") return count(copier, value, 5);
  if (typeof value === "number") {
    if (
      Number.isFinite(value) &&
      (Number.isSafeInteger(value) || !Number.isInteger(value) || Math.abs(value) >= 2 ** 63)
    )
      return count(copier, value, String(value).length + 1);
    problems.add(path, `${value} is no number that JSON keeps`);
    return undefined;
  }
  if (typeof value === "string") return copyText(copier, value, path);
  if (typeof value !== "object") {
    problems.add(path, `a ${typeof value} is no JSON: expected a text, number, true, false, null, list or object`);
    return undefined;
  }
  if (path.length >= limits.depth) {
    problems.add(path, `nested deeper than ${limits.depth} levels`);
    throw tooMuch;
  }
  return Array.isArray(value) ? copyList(copier, value, path) : copyObject(copier, value, path);
}

function count<T extends Template>(copier: Copier, value: T, size: number): T {
  copier.characters += size;
  return value;
}

function copyText(copier: Copier, text: string, path: Path, at: "key" | "value" = "value"): string {
  const { problems } = copier;
  if (text.length > limits.text)
    problems.add(path, `a text has at most ${limits.text} characters, this one ${text.length}`, { at });
  else if (text.includes("\0")) problems.add(path, "a text holds no NUL character", { at });
  else if (!text.isWellFormed()) problems.add(path, "the text is not Unicode: a surrogate stands alone", { at });
  return count(copier, text, Buffer.byteLength(text) + 3);
}

function copyList(copier: Copier, list: readonly unknown[], path: Path): Template {
  const copy: Template[] = [];
  for (const [index, member] of list.entries()) {
    const copied = copyValue(copier, member, [...path, index]);
    if (copied !== undefined) copy.push(copied);
  }
  return copy;
}

function copyObject(copier: Copier, value: object, path: Path): Template | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  // A module that was loaded elsewhere has an Object of its own.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    copier.problems.add(path, "an instance of a class is no JSON: expected a plain object");
    return undefined;
  }
  const copy: Record<string, Template> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === "__proto__") {
      copier.problems.add([...path, key], '"__proto__" is no name', { at: "key" });
      continue;
    }
    copyText(copier, key, [...path, key], "key");
    const copied = member === undefined ? undefined : copyValue(copier, member, [...path, key]);
    if (copied !== undefined) copy[key] = copied;
  }
  return copy;
}
