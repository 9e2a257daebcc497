/** The HTML of a page of the studio: the built one, with what a browser needs for this address beside the scripts. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Of a page, by scripts/studio-pages.mjs; names are relative to the folder of the built studio. */
interface PageFiles {
  /** As the router writes it: "/w/$workspace/jobs/$run". */
  readonly path: string;
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
  /** What the page asks the API first, as it opens without a filter. */
  readonly asks: readonly FirstAsk[];
}

/** A request that a page makes by itself before it shows; in a built page with the names of its address' segments. */
export interface FirstAsk {
  /** Path and query: "/api/v1/workspaces/$workspace/runs?limit=100". */
  readonly url: string;
  readonly key: FirstAnswer[0];
}

export interface BuiltPages {
  readonly html: string;
  readonly pages: readonly PageFiles[];
}

/** An answer that the page would ask for: the operation with its input, as the first of its pages or whole; and the body. */
export type FirstAnswer = readonly [key: readonly [operation: string, input: object, pages?: "pages"], body: unknown];

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

export interface Page {
  /** To be sent at once: a browser loads the files that it names, and paints the frame. */
  readonly head: string;
  /** What the page asks first. */
  readonly asks: readonly FirstAsk[];
  /** The rest, once the answers are there; none is needed. */
  readonly tail: (answers: readonly FirstAnswer[]) => string;
}

/**
 * @param target path and query of the request
 * @param isSignedIn as far as its headers say
 */
export function writePage({ html, pages }: BuiltPages, target: string, isSignedIn: boolean): Page {
  const [path = "", search = ""] = target.split("?", 2);
  const found = findPage(pages, path);
  const links = found === null ? [] : linksOf(found.files);
  const frame = isSignedIn && path.startsWith("/w/") ? "" : " hidden";
  const end = html.lastIndexOf("</body>");
  return {
    head: html
      .slice(0, end)
      .replace("</head>", () => `${links.map((link) => `${link}\n`).join("")}</head>`)
      .replace(' id="frame"', () => ` id="frame"${frame}`),
    asks: found !== null && isSignedIn && search === "" ? asksOf(found) : [],
    tail: (answers) => (answers.length === 0 ? "" : `${dataBlock(answers)}\n`) + html.slice(end),
  };
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

function linksOf({ scripts, styles }: PageFiles): string[] {
  return [
    ...styles.map((file) => `<link rel="stylesheet" crossorigin href="/${file}">`),
    ...scripts.map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`),
  ];
}

/** With what stands in the address in the place of names: in a URL as it is there, in a key as the router reads it. */
function asksOf({ files, params }: FoundPage): FirstAsk[] {
  const fill = (text: string, read: (segment: string) => string): string =>
    text.replace(/\$\w+/g, (name) => (params[name] === undefined ? name : read(params[name])));
  const quoted = (segment: string): string => JSON.stringify(decodeURIComponent(segment)).slice(1, -1);
  try {
    return files.asks.map(({ url, key }) => ({
      url: fill(url, (segment) => segment),
      key: JSON.parse(fill(JSON.stringify(key), quoted)) as FirstAsk["key"],
    }));
  } catch (error) {
    // Such as "%E0%A4%A": the address of no page.
    if (error instanceof URIError) return [];
    throw error;
  }
}

/** No script to a browser, nor to the content security policy: what stands in it is read by the studio. */
function dataBlock(answers: readonly FirstAnswer[]): string {
  const text = JSON.stringify(answers).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="first-answers">${text}</script>`;
}
