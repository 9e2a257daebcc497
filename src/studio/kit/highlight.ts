/** Code as a tree of marked pieces, by highlight.js; loaded when the first code of a language is shown. */
import type { HLJSApi, LanguageFn } from "highlight.js";

export type CodeLanguage = "bash" | "json" | "python" | "sql" | "text" | "typescript" | "xml" | "yaml";

/** A piece of code: text, or pieces with a kind such as "keyword" or "string". */
export type CodeNode = string | { readonly kind: string; readonly children: readonly CodeNode[] };

const languages: Readonly<Record<Exclude<CodeLanguage, "text">, () => Promise<{ default: LanguageFn }>>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  json: () => import("highlight.js/lib/languages/json"),
  python: () => import("highlight.js/lib/languages/python"),
  sql: () => import("highlight.js/lib/languages/sql"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

let core: Promise<HLJSApi> | undefined;

/** Longer code is shown as it is: it would hold up the page. In characters. */
const longest = 200_000;

/** @returns the pieces, of which the texts together are `code`; null where the code is too long or plain text */
export async function highlight(code: string, language: CodeLanguage): Promise<readonly CodeNode[] | null> {
  if (language === "text" || code.length > longest) return null;
  core ??= import("highlight.js/lib/core").then((module) => module.default);
  const [hljs, { default: definition }] = await Promise.all([core, languages[language]()]);
  if (!hljs.getLanguage(language)) hljs.registerLanguage(language, definition);
  return nodesOf(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
};

/**
 * The tree of highlight.js' HTML, of which the grammar is small: text with five entities, `<span class="hljs-KIND">` and
 * `</span>`. Anything else stays text, so that nothing of the code ever becomes an element.
 */
export function nodesOf(html: string): readonly CodeNode[] {
  const root: CodeNode[] = [];
  const stack: { kind: string; children: CodeNode[] }[] = [];
  const add = (node: CodeNode): void => void (stack.at(-1)?.children ?? root).push(node);
  for (const [piece] of html.matchAll(/<span class="[^"<>]*">|<\/span>|[^<]+|</g)) {
    if (piece === "</span>" && stack.length > 0) {
      const closed = stack.pop();
      if (closed) add(closed);
    } else if (piece.startsWith("<span class=")) stack.push({ kind: kindOf(piece), children: [] });
    else add(piece.replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity] ?? entity));
  }
  while (stack.length > 0) {
    const open = stack.pop();
    if (open) add(open);
  }
  return root;
}

/** "keyword" of `<span class="hljs-keyword">`, "title" of `<span class="hljs-title function_">`. */
function kindOf(tag: string): string {
  return /hljs-([a-z-]+)/.exec(tag)?.[1] ?? "";
}
