import type { Template } from "../types.ts";
import { wrong } from "./tokens.ts";
import type { Expression } from "./expression.ts";
import { parseEmbedded } from "./parse.ts";

export const opening = "${{";

/** Texts and the expressions between them, in order; empty texts are left out. Throws SLW_PIPELINE_EXPRESSION. */
export function parseTemplate(text: string): readonly (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let position = 0;
  for (;;) {
    const begin = text.indexOf(opening, position);
    if (begin < 0) break;
    if (begin > position) parts.push(text.slice(position, begin));
    if (text.indexOf("}}", begin) < 0) throw wrong(text, begin, '"${{" is not closed with "}}"');
    const { expression, end } = parseEmbedded(text, begin + opening.length);
    parts.push(expression);
    position = end;
  }
  if (position < text.length) parts.push(text.slice(position));
  return parts;
}

/** A step of a path: key of an object, or index in a list. */
export type Path = readonly (string | number)[];

/** Every text in the template with its path, in order. */
export function* textsOf(template: Template, path: Path = []): Generator<{ text: string; path: Path }> {
  if (typeof template === "string") yield { text: template, path };
  else if (Array.isArray(template)) {
    for (const [index, member] of (template as readonly Template[]).entries()) yield* textsOf(member, [...path, index]);
  } else if (typeof template === "object" && template !== null)
    for (const [key, member] of Object.entries(template)) yield* textsOf(member, [...path, key]);
}

/** "inputs.train", "checks[0].reference", 'tags["a.b"]': one place, one name. */
export function placeName(path: Path): string {
  let name = "";
  for (const part of path) {
    if (typeof part === "number") name += `[${part}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(part)) name += name === "" ? part : `.${part}`;
    else name += `[${JSON.stringify(part)}]`;
  }
  return name;
}
