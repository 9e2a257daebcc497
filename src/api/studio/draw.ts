/** Draws pages by the studio's own code, built for Node: loaded at the first page that is drawn. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Ask } from "./ask.ts";
import type { BuiltStudio } from "./built.ts";
import type { Viewer } from "./viewer.ts";

/** As in src/studio/draw.tsx. */
export interface Drawing {
  /** null where something is missing that the page needs. */
  readonly html: string | null;
  /** What the page asks first: keys as it knows them, and what they hold. */
  readonly answers: readonly (readonly [key: readonly unknown[], data: unknown])[];
}

interface DrawModule {
  readonly drawPage: (address: string, viewer: Viewer, ask: Ask) => Promise<Drawing>;
}

/** @param address path and query of the page */
export async function drawPage(built: BuiltStudio, address: string, viewer: Viewer, ask: Ask): Promise<Drawing> {
  const module = (await import(pathToFileURL(join(built.folder, built.draw)).href)) as DrawModule;
  return module.drawPage(address, viewer, ask);
}
