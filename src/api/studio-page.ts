/** The HTML of a page of the studio: the built one, with what a browser needs for this address beside the scripts. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Of a page, by scripts/studio-pages.mjs; names are relative to the folder of the built studio. */
interface PageFiles {
  /** As the router writes it: "/w/$workspace/jobs/$run". */
  readonly path: string;
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
  /** Addresses of what the page asks the API first: "/api/v1/workspaces/$workspace/runs". */
  readonly asks: readonly string[];
}

export interface BuiltPages {
  readonly html: string;
  readonly pages: readonly PageFiles[];
}

/** An answer that the page would ask for: the operation with its input, and the body. */
export type FirstAnswer = readonly [key: readonly [operation: string, input: object], body: unknown];

/** @returns null where there is no built studio */
export async function readPages(folder: string): Promise<BuiltPages | null> {
  try {
    const [html, pages] = await Promise.all([
      readFile(join(folder, "index.html"), "utf8"),
      readFile(join(folder, "pages.json"), "utf8"),
    ]);
    return { html, pages: JSON.parse(pages) as PageFiles[] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * @param target path and query of the request
 * @param answers of who is signed in; empty where nobody is
 */
export function writePage({ html, pages }: BuiltPages, target: string, answers: readonly FirstAnswer[]): string {
  const [path = "", search = ""] = target.split("?", 2);
  const found = findPage(pages, path);
  const links = found === null ? [] : linksOf(found, answers.length > 0 && search === "");
  const frame = answers.length > 0 && path.startsWith("/w/") ? "" : " hidden";
  return html
    .replace("</head>", () => `${links.map((link) => `${link}\n`).join("")}</head>`)
    .replace(' id="frame"', () => ` id="frame"${frame}`)
    .replace("</body>", () => (answers.length === 0 ? "</body>" : `${dataBlock(answers)}\n</body>`));
}

interface FoundPage {
  readonly files: PageFiles;
  /** Segments of the address by the names in the pattern, as they stand in it. */
  readonly params: Readonly<Record<string, string>>;
}

/** Where several patterns fit, the one that names most segments: "/endpoints/new" before "/endpoints/$endpoint". */
function findPage(pages: readonly PageFiles[], path: string): FoundPage | null {
  const segments = path.replace(/\/$/, "").split("/");
  const fitting = pages.flatMap((files) => {
    const pattern = files.path.split("/");
    const fits = pattern.length === segments.length && pattern.every((p, n) => p.startsWith("$") || p === segments[n]);
    const named = pattern.flatMap((p, n) => (p.startsWith("$") ? [[p, segments[n] as string] as const] : []));
    return fits ? [{ files, params: Object.fromEntries(named) }] : [];
  });
  const wildcards = ({ params }: FoundPage): number => Object.keys(params).length;
  return fitting.toSorted((a, b) => wildcards(a) - wildcards(b))[0] ?? null;
}

/** @param asks the first requests too; they are those of the page as it opens without a filter */
function linksOf({ files, params }: FoundPage, asks: boolean): string[] {
  const asked = asks ? files.asks.map((url) => url.replace(/\$\w+/g, (name) => params[name] ?? name)) : [];
  return [
    ...files.styles.map((file) => `<link rel="stylesheet" crossorigin href="/${file}">`),
    ...asked.map((url) => `<link rel="preload" as="fetch" crossorigin href="${escapeAttribute(url)}">`),
    ...files.scripts.map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`),
  ];
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** No script to a browser, nor to the content security policy: what stands in it is read by the studio. */
function dataBlock(answers: readonly FirstAnswer[]): string {
  const text = JSON.stringify(answers).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="first-answers">${text}</script>`;
}
