/** The studio: the files that scripts/build-studio.mjs makes of src/studio, and the HTML of its pages. */
import type { FastifyInstance } from "fastify";
import { addFiles } from "./files.ts";
import { addPages, type PagesOptions } from "./pages.ts";
import { studioFolder } from "./built.ts";

export { openAsk, type Ask } from "./ask.ts";

export interface StudioOptions extends Omit<PagesOptions, "folder"> {
  /** Of the built studio. */
  readonly folder?: string;
}

export function addStudio(scope: FastifyInstance, { folder = studioFolder(), ...options }: StudioOptions): void {
  addPages(scope, { ...options, folder });
  addFiles(scope, folder);
}
