import { SlipwayError } from "../../base/index.ts";

export type Token =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "name" | "sign"; readonly value: string; readonly at: number }
  | { readonly kind: "end"; readonly value: ""; readonly at: number };

/** The next token, blanks before it skipped. Every alternative is linear: no text makes it slow. */
const pattern =
  /[ \t\r\n]*(?:(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_-]*)|(?<quoted>"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|(?<sign>==|!=|<=|>=|&&|\|\||\}\}|[<>!().,]))/y;

const blanks = /[ \t\r\n]*/y;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };

/** A token of `text` at or after `position`, and where the one after it begins. */
export function readToken(text: string, position: number): { token: Token; next: number } {
  blanks.lastIndex = position;
  blanks.exec(text);
  const at = blanks.lastIndex;
  if (at >= text.length) return { token: { kind: "end", value: "", at: text.length }, next: text.length };
  pattern.lastIndex = at;
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) throw wrong(text, at, unexpected(text, at));
  const next = pattern.lastIndex;
  if (groups["number"] !== undefined)
    return { token: { kind: "number", value: numberOf(text, at, groups["number"]), at }, next };
  if (groups["quoted"] !== undefined)
    return { token: { kind: "text", value: unquote(text, at, groups["quoted"]), at }, next };
  if (groups["name"] !== undefined) return { token: { kind: "name", value: groups["name"], at }, next };
  return { token: { kind: "sign", value: groups["sign"] ?? "", at }, next };
}

/** `at` counts UTF-16 units from the beginning of the text that holds the expression. */
export function wrong(text: string, at: number, message: string): SlipwayError {
  const around = text.slice(Math.max(0, at - 20), at + 20);
  return new SlipwayError("SLW_PIPELINE_EXPRESSION", `${message}, at character ${at + 1} (…${around}…)`, {
    fix: "See the expressions in docs/pipelines.md.",
    details: { offset: at },
  });
}

function unexpected(text: string, at: number): string {
  const sign = text[at] ?? "";
  if (sign === '"' || sign === "'") return `the text that begins with ${sign} does not end`;
  if (sign === "=") return 'unexpected "=" (equal is "==")';
  if (sign === "&" || sign === "|") return `unexpected "${sign}" (join with "${sign}${sign}")`;
  return `unexpected "${String.fromCodePoint(text.codePointAt(at) ?? 0)}"`;
}

function numberOf(text: string, at: number, digits: string): number {
  const value = Number(digits);
  if (!Number.isFinite(value)) throw wrong(text, at, `${digits} is too large for a number`);
  return value;
}

function unquote(text: string, at: number, quoted: string): string {
  return quoted.slice(1, -1).replace(/\\([^])/g, (_all, letter: string) => {
    const meant = escapes[letter];
    if (meant === undefined) throw wrong(text, at, `\\${letter} stands for nothing; a backslash is written as \\\\`);
    return meant;
  });
}
