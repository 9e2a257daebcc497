/** Sizes of the built studio as a browser first loads it, read from its files: no browser is needed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export interface PageSize {
  /** Of its chunk: "jobs-page"; "shell" for what every page needs. */
  readonly page: string;
  /** Bytes by gzip of all scripts that must be there before it shows, the shell's among them. */
  readonly scripts: number;
  readonly styles: number;
}

/** @param folder of the build, with index.html and assets */
export function builtSizes(folder: string): PageSize[] {
  const texts = readAssets(folder);
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const first = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map((match) => match[1] as string);
  const shell = closure(texts, first);
  const pages = [...texts.keys()].filter((name) => /-page-[\w-]+\.js$/.test(name));
  const sizeOf = (page: string, names: Set<string>): PageSize => ({
    page,
    scripts: total(texts, names, ".js"),
    styles: total(texts, names, ".css"),
  });
  const sizes = pages.map((name) =>
    sizeOf(name.replace(/-[\w-]{8}\.js$/, ""), closure(texts, [...shell, name, ...preloadedWith(texts, name)])),
  );
  return [sizeOf("shell", shell), ...sizes.toSorted((a, b) => b.scripts - a.scripts)];
}

function readAssets(folder: string): Map<string, string> {
  const names = readdirSync(join(folder, "assets")).filter((name) => /\.(js|css)$/.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, "assets", name), "utf8")]));
}

/** What these import before they run, with themselves. */
function closure(texts: ReadonlyMap<string, string>, names: readonly string[]): Set<string> {
  const all = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (all.has(name)) continue;
    all.add(name);
    const imports = (texts.get(name) ?? "").matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g);
    queue.push(...[...imports].map((match) => match[1] as string));
  }
  return all;
}

/** Vite has what a lazy chunk needs in a list beside its import(): its styles stand nowhere else. */
function preloadedWith(texts: ReadonlyMap<string, string>, name: string): string[] {
  for (const text of texts.values()) {
    const at = text.search(new RegExp(`import\\(["'\`]\\./${name.replaceAll(".", "\\.")}["'\`]\\)`));
    const list = /__vite__mapDeps=[^[]*\[([^\]]*)\]/.exec(text)?.[1];
    const places = at < 0 ? undefined : /__vite__mapDeps\(\[([\d,]*)\]\)/.exec(text.slice(at, at + 400))?.[1];
    if (places === undefined || list === undefined) continue;
    const files = [...list.matchAll(/["'`]assets\/([^"'`]+)["'`]/g)].map((match) => match[1] as string);
    return places.split(",").flatMap((place) => files[Number(place)] ?? []);
  }
  return [];
}

function total(texts: ReadonlyMap<string, string>, names: ReadonlySet<string>, extension: string): number {
  const counted = [...names].filter((name) => name.endsWith(extension));
  return counted.reduce((sum, name) => sum + gzipSync(texts.get(name) ?? "", { level: 9 }).length, 0);
}

/**
 * Bytes by gzip. Of the shell 45 KB are Preact, the router and the cache of queries; what four pages have in common is in
 * it too, so that a page adds little.
 */
export const sizeLimits = { shell: 110_000, page: 130_000, styles: 15_000 } as const;
