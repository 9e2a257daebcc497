/** A pipeline from a file of the user's own: a text, or a module that is run. */
import { readFile, stat } from "node:fs/promises";
import { registerHooks } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { siblingModule, SlipwayError } from "../../base/index.ts";
import { checkDefinition, type CheckedDefinition } from "../check/check-definition.ts";
import { limits } from "../limits.ts";
import { parsePipeline } from "./parse-pipeline.ts";

export interface LoadedPipeline extends CheckedDefinition {
  /** As it was written; null for a module. */
  readonly text: string | null;
}

const texts = [".yaml", ".yml", ".json"];
const modules = [".ts", ".mts", ".js", ".mjs"];

/**
 * Reads .yaml, .yml and .json; runs .ts, .mts, .js and .mjs, whose default export, or export named `pipeline`, is the
 * definition. `slipway/pipeline` is there for them even where no package is installed.
 * @throws SLW_PIPELINE_FILE for a file that is not there, is none of these, or does not run
 */
export async function loadPipelineFile(path: string): Promise<LoadedPipeline> {
  const extension = extname(path).toLowerCase();
  if (texts.includes(extension)) {
    const text = await readText(path);
    return { ...parsePipeline(text), text };
  }
  if (modules.includes(extension)) return { ...checkDefinition(await importDefinition(path)), text: null };
  throw refused(
    path,
    `ends in ${extension === "" ? "nothing" : extension}; expected ${[...texts, ...modules].join(", ")}`,
  );
}

function refused(path: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError("SLW_PIPELINE_FILE", `${path} ${why}.`, {
    details: { path },
    ...(cause !== undefined && { cause }),
  });
}

async function readText(path: string): Promise<string> {
  const { size } = await sizeOf(path);
  // What is larger is refused for its size; so much of it is enough for that.
  if (size > 16 * limits.bytes) throw refused(path, `has ${size} bytes; a pipeline's file has at most ${limits.bytes}`);
  const bytes = await readFile(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused(path, "is no text in UTF-8", error);
  }
}

async function sizeOf(path: string): Promise<{ size: number }> {
  const found = await stat(path).catch((error: unknown) => {
    throw refused(path, "is not there", error);
  });
  if (!found.isFile()) throw refused(path, "is no file");
  return found;
}

async function importDefinition(path: string): Promise<unknown> {
  await sizeOf(path);
  const door = siblingModule(import.meta.url, "../define-pipeline").href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "slipway/pipeline" ? { url: door, shortCircuit: true } : next(specifier, context),
  });
  let loaded: { readonly default?: unknown; readonly pipeline?: unknown };
  try {
    loaded = (await import(pathToFileURL(resolve(path)).href)) as typeof loaded;
  } catch (error) {
    throw refused(path, `does not run: ${error instanceof Error ? error.message : String(error)}`, error);
  } finally {
    hooks.deregister();
  }
  const definition = loaded.default ?? loaded.pipeline;
  if (definition !== undefined) return definition;
  throw refused(path, "exports no pipeline: expected a default export, or one named pipeline");
}
