/** A look at the words of a text, before its reader spends time and stack on it. */
import { limits } from "../limits.ts";
import { loadYaml } from "./load-yaml.ts";

/** Words, signs, line ends and blanks: a thousand lines of a pipeline have some five thousand. */
const MOST_WORDS = 200_000;

/** Blanks before the first word of a line. */
const WIDEST_INDENT = 200;

/** What begins with a backslash in double quotes and is nothing. */
const badEscape = /\\(?:x(?![0-9a-fA-F]{2})|u(?![0-9a-fA-F]{4})|U(?![0-9a-fA-F]{8})|[^0abtnvfreNLPxuU_"/\\\s])/;

/** What keeps the text from being read, and where (in UTF-16 units); null for nothing. */
export function scanYaml(text: string): { readonly message: string; readonly offset: number } | null {
  const { CST, Lexer } = loadYaml();
  let offset = 0;
  let words = 0;
  /** Open brackets, and dashes of lists within lists on the line. */
  let open = 0;
  let dashes = 0;
  let afterNewline = true;
  for (const word of new Lexer().lex(text)) {
    const type = CST.tokenType(word);
    if (type === "flow-map-start" || type === "flow-seq-start") open++;
    if (type === "flow-map-end" || type === "flow-seq-end") open--;
    const atLineStart = dashes === 0 && afterNewline;
    afterNewline = type === "newline";
    if (afterNewline) dashes = 0;
    if (type === "seq-item-ind" || type === "explicit-key-ind") dashes++;
    const isDeep = open + dashes > 2 * limits.depth || (type === "space" && atLineStart && word.length > WIDEST_INDENT);
    if (isDeep) return { message: `nested deeper than ${limits.depth} levels`, offset };
    if (++words > MOST_WORDS) return { message: `the file has more than ${MOST_WORDS} words and signs`, offset };
    if (type === "double-quoted-scalar") {
      const bad = badEscape.exec(unescaped(word));
      if (bad !== null)
        return {
          message: `${word.slice(bad.index, bad.index + 2)} in double quotes is no escape of YAML; a backslash is \\\\`,
          offset: offset + bad.index,
        };
    }
    // The lexer's own marks stand for nothing in the text.
    if (type !== "doc-mode" && type !== "flow-error-end" && type !== "scalar") offset += word.length;
  }
  return null;
}

/** With blanks for backslashes that are escaped themselves. */
const unescaped = (word: string): string => word.replace(/\\\\/g, "  ");
