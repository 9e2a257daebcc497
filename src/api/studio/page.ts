/** The HTML of a page of the studio: the built one, with what a browser needs for this address beside the scripts. */
import { readStyle, type BuiltStudio, type PageFiles } from "./built.ts";
import type { Drawing } from "./draw.ts";
import type { Inline } from "./policy.ts";
import { starterOf } from "./starter.ts";
import type { Viewer } from "./viewer.ts";

/** Its parts, in their order. */
export interface Page {
  /** To be sent at once: a browser loads the files that it names. All styles are in it, so that nothing waits for them. */
  readonly head: string;
  readonly inline: Inline;
  /** Painted until the page is there. */
  readonly frame: string;
  /** The page as far as it is drawn, for whom, and the first answers; none is needed. */
  readonly tail: (drawing: Drawing, viewer?: Viewer) => string;
}

const rootElement = '<div id="root"></div>';

/**
 * @param target path and query of the request
 * @param isSignedIn as far as its headers say
 */
export async function writePage(built: BuiltStudio, target: string, isSignedIn: boolean): Promise<Page> {
  const [path = ""] = target.split("?", 1);
  const { head, styles, scripts } = await headOf(built, findPage(built.pages, path));
  const frameAt = built.html.indexOf('<div id="frame"');
  const rootAt = built.html.indexOf(rootElement);
  const rest = built.html.slice(rootAt + rootElement.length);
  const mayBeDrawn = isSignedIn && path.startsWith("/w/");
  const starter = starterOf(scripts.map(addressOf));
  return {
    head: `${head}${mayBeDrawn ? "" : scripts.join("\n")}</head>${built.html.slice(built.html.indexOf("</head>") + 7, frameAt)}`,
    inline: { scripts: [...inlineScripts(head), ...(mayBeDrawn ? [starter] : [])], styles },
    frame: mayBeDrawn ? built.html.slice(frameAt, rootAt) : "",
    tail: ({ html, answers }, viewer) => {
      if (html === null || viewer === undefined)
        return rootElement + dataBlock(answers) + (mayBeDrawn ? scripts.join("\n") : "") + rest;
      return `${drawnRoot(html, viewer)}${dataBlock(answers)}<script>${starter}</script>${rest}`;
    },
  };
}

function addressOf(tag: string): string {
  return /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? "";
}

function drawnRoot(html: string, viewer: Viewer): string {
  const text = JSON.stringify(viewer).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<div id="root" data-viewer="${text}">${html}</div>`;
}

/** Where several patterns fit, the one that names most segments: "/endpoints/new" before "/endpoints/$endpoint". */
function findPage(pages: readonly PageFiles[], path: string): PageFiles | undefined {
  const segments = path.replace(/\/$/, "").split("/");
  const wildcards = ({ path: pattern }: PageFiles): number => pattern.split("$").length;
  return pages
    .filter((page) => {
      const pattern = page.path.split("/");
      return pattern.length === segments.length && pattern.every((p, n) => p.startsWith("$") || p === segments[n]);
    })
    .toSorted((a, b) => wildcards(a) - wildcards(b))[0];
}

const styleLink = /<link rel="stylesheet"[^>]* href="\/([^"]+)">/g;
const scriptTag = /<script type="module"[^>]*><\/script>|<link rel="modulepreload"[^>]*>/g;

interface Head {
  /** As far as its end tag, without scripts that are files. */
  readonly head: string;
  /** Texts of those that stand in it. */
  readonly styles: readonly string[];
  /** Elements: the entry first, then what is loaded beside it. */
  readonly scripts: readonly string[];
}

/**
 * With the texts of all styles in the place of their links, which stay, disabled: so the studio, which loads the styles of
 * a page with its code, knows that it has them.
 */
async function headOf(built: BuiltStudio, files: PageFiles | undefined): Promise<Head> {
  const head = built.html.slice(0, built.html.indexOf("</head>"));
  const names = [...[...head.matchAll(styleLink)].map(([, name]) => name as string), ...(files?.styles ?? [])];
  const styles = await Promise.all(names.map((name) => readStyle(built, name)));
  const lines = names.map((name, n) => `<style>${styles[n]}</style><link rel="stylesheet" disabled href="/${name}">\n`);
  const own = files?.scripts.map((name) => `<link rel="modulepreload" crossorigin href="/${name}">`) ?? [];
  return {
    head: head.replaceAll(styleLink, "").replaceAll(scriptTag, "") + lines.join(""),
    styles,
    scripts: [...[...head.matchAll(scriptTag)].map(([tag]) => tag), ...own],
  };
}

function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text as string);
}

/** No script to a browser, nor to the content security policy: what stands in it is read by the studio. */
function dataBlock(answers: Drawing["answers"]): string {
  if (answers.length === 0) return "";
  const text = JSON.stringify(answers).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="first-answers">${text}</script>`;
}
