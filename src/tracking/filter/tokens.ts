/** The words of a filter: names, numbers, quoted text, comparators, parentheses. */

export interface Token {
  readonly kind: "name" | "number" | "text" | "comparator" | "open" | "close" | "comma" | "semicolon" | "other";
  /** As it stands in the filter, quotes and all. */
  readonly raw: string;
}

/**
 * In this order. A name may be quoted in part: metrics.`mean error`, params."a.b", tags.mlflow.user. What has its
 * closing quote missing is "other", one character at a time, and refused by the parser.
 */
const patterns: readonly (readonly [Token["kind"], RegExp])[] = [
  ["text", /'(?:[^']|'')*'/y],
  [
    "name",
    /(?:[\p{L}_][\p{L}\p{N}_$@#]*|`[^`]+`|"(?:[^"]|"")*")(?:\.(?:[\p{L}\p{N}_][\p{L}\p{N}_$@#]*|`[^`]+`|"(?:[^"]|"")*"|'[^']*'))*/uy,
  ],
  ["number", /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\p{L}\p{N}_])/uy],
  ["comparator", /[<>=!~]+/y],
  ["open", /\(/y],
  ["close", /\)/y],
  ["comma", /,/y],
  ["semicolon", /;/y],
  ["other", /[^\s]/uy],
];

export function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  const space = /\s*/y;
  for (let at = 0; ;) {
    space.lastIndex = at;
    at += (space.exec(filter) as RegExpExecArray)[0].length;
    if (at >= filter.length) return tokens;
    const token = readToken(filter, at);
    tokens.push(token);
    at += token.raw.length;
  }
}

function readToken(filter: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(filter);
    if (match) return { kind, raw: match[0] };
  }
  return { kind: "other", raw: filter.slice(at, at + 1) };
}

/** "'a'", '"a"' and "`a`" without their quotes; a doubled quote inside stands for one. */
export function unquote(raw: string): string {
  const quote = raw[0] ?? "";
  if (!isQuoted(raw)) return raw;
  return raw.slice(1, -1).replaceAll(quote + quote, quote);
}

export function isQuoted(raw: string): boolean {
  const quote = raw[0] ?? "";
  return raw.length >= 2 && "'\"`".includes(quote) && raw.endsWith(quote);
}
