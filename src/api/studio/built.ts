/** The built studio, as far as its pages are made of it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Of a page, by scripts/studio-pages.mjs; names are relative to the folder of the built studio. */
export interface PageFiles {
  /** As the router writes it: "/w/$workspace/jobs/$run". */
  readonly path: string;
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

export interface BuiltStudio {
  readonly folder: string;
  readonly html: string;
  readonly pages: readonly PageFiles[];
  /** The module that draws pages (src/studio/draw.tsx). */
  readonly draw: string;
}

/** In the published package the built studio stands in dist (scripts/build.mjs); in a checkout in build. */
export function studioFolder(): string {
  const folder = import.meta.url.endsWith(".ts") ? "../../../build/studio" : "../../studio";
  return fileURLToPath(new URL(folder, import.meta.url));
}

/** Anew at each call: in a checkout it may have been built again. @returns null where there is none */
export async function readBuilt(folder: string): Promise<BuiltStudio | null> {
  try {
    const [html, pages] = await Promise.all([
      readFile(join(folder, "index.html"), "utf8"),
      readFile(join(folder, "pages.json"), "utf8"),
    ]);
    return { folder, html, ...(JSON.parse(pages) as Pick<BuiltStudio, "pages" | "draw">) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** By its path: of files whose name has the hash of their content. */
const kept = new Map<string, string>();

/** @param name "assets/…" */
export async function readStyle({ folder }: BuiltStudio, name: string): Promise<string> {
  const path = join(folder, name);
  const text = kept.get(path) ?? (await readFile(path, "utf8"));
  kept.set(path, text);
  return text;
}
