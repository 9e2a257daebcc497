/** The body of a request: strict UTF-8, strict JSON, bounded depth, and no key twice in an object. */
import { SlipwayError } from "../base/index.ts";

const deepest = 16;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** @throws SLW_HTTP_BODY_EMPTY, SLW_HTTP_UTF8, SLW_HTTP_JSON */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new SlipwayError("SLW_HTTP_BODY_EMPTY", "The body is empty.");
  const text = decode(bytes);
  const { members, depth } = measure(bytes);
  if (depth > deepest) {
    throw new SlipwayError("SLW_HTTP_JSON", `The JSON is nested ${depth} levels deep; at most ${deepest} are taken.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SlipwayError("SLW_HTTP_JSON", `The body is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
  // Of two members with one name JSON.parse keeps the last; then fewer are left than were written.
  if (members > 0 && countMembers(value as object) !== members) {
    throw new SlipwayError("SLW_HTTP_JSON", `The JSON has an object with the key "${repeatedKey(text)}" twice.`, {
      fix: "Send every key once in an object.",
    });
  }
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SlipwayError("SLW_HTTP_UTF8", "The body is not valid UTF-8.", { cause });
  }
}

const quote = 0x22;
const backslash = 0x5c;
/** What a byte outside of text means: 1 text begins, 2 a member, 3 one level deeper, 4 one level up. */
const meaning = new Uint8Array(256);
meaning[quote] = 1;
meaning[0x3a] = 2; // :
meaning[0x7b] = meaning[0x5b] = 3; // { [
meaning[0x7d] = meaning[0x5d] = 4; // } ]

/** Members of objects (colons outside of text) and the deepest nesting. Right for valid JSON, harmless for other bytes. */
function measure(bytes: Uint8Array): { members: number; depth: number } {
  let members = 0;
  let level = 0;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    switch (meaning[bytes[i]]) {
      case 1:
        for (i++; i < bytes.length && bytes[i] !== quote; i++) if (bytes[i] === backslash) i++;
        break;
      case 2:
        members++;
        break;
      case 3:
        level++;
        if (level > depth) depth = level;
        break;
      case 4:
        level--;
    }
  }
  return { members, depth };
}

/** The position of the quote that ends the text which starts at `start`. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** `value` comes from JSON.parse: what for…in finds is its own. */
function countMembers(value: object): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) if (typeof item === "object" && item !== null) count += countMembers(item);
    return count;
  }
  for (const key in value) {
    count++;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "object" && item !== null) count += countMembers(item);
  }
  return count;
}

/** The first key that an object of `text`, which is valid JSON, has twice. */
function repeatedKey(text: string): string {
  const open: Set<string>[] = [];
  const colon = /\s*:/y;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "{" || character === "[") open.push(new Set());
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfText(text, i);
      colon.lastIndex = end + 1;
      if (colon.test(text)) {
        const key = JSON.parse(text.slice(i, end + 1)) as string;
        if (open.at(-1)?.has(key)) return key.slice(0, 60);
        open.at(-1)?.add(key);
      }
      i = end;
    }
  }
  return "?";
}
