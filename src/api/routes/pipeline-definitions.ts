/** Definitions as requests bring them: text or object, with code that was uploaded before. */
import { SlipwayError } from "../../base/index.ts";
import type { NewPipelineVersion } from "../../contract/index.ts";
import { loadDatasets } from "../../data/index.ts";
import {
  checkDefinition,
  definitionOf,
  parsePipeline,
  type CodeFile,
  type StoredDefinition,
} from "../../definition/index.ts";
import type { Services } from "../services.ts";

type Sent = Pick<NewPipelineVersion, "text" | "definition" | "code" | "source">;

/** Whatever it is: what is wrong with it, by line where it is a text. */
export function readDefinition({ text, definition }: Pick<Sent, "text" | "definition">) {
  if ((text === undefined) === (definition === undefined)) {
    throw new SlipwayError("SLW_API_INPUT", "Either body.text or body.definition holds the pipeline.", {
      details: { field: "body.text" },
    });
  }
  return text === undefined ? checkDefinition(definition) : parsePipeline(text);
}

/** @throws SLW_PIPELINE_INVALID, SLW_UPLOAD_* */
export async function storedDefinition(
  { database }: Pick<Services, "database">,
  workspaceId: string,
  sent: Sent,
): Promise<StoredDefinition> {
  const definition = definitionOf(readDefinition(sent));
  const { text, source } = sent;
  const code = sent.code === undefined ? undefined : await storedCode(database, workspaceId, sent.code);
  return {
    ...definition,
    ...(code && { code }),
    ...((source !== undefined || text !== undefined) && {
      source: {
        ...(text !== undefined && { text }),
        ...(source?.path !== undefined && { path: source.path }),
        ...(source?.git && { git: { ...source.git, dirty: source.git.dirty ?? false } }),
      },
    }),
  };
}

async function storedCode(
  database: Services["database"],
  workspaceId: string,
  sent: NonNullable<Sent["code"]>,
): Promise<NonNullable<StoredDefinition["code"]>> {
  const { getUpload } = await loadDatasets();
  const code: Record<string, { files: CodeFile[] }> = {};
  for (const [step, { files }] of Object.entries(sent)) {
    const stored: CodeFile[] = [];
    for (const { path, upload, executable = false } of files) {
      const { sha256, received, state } = await getUpload(database, workspaceId, upload);
      if (sha256 === null) {
        throw new SlipwayError("SLW_UPLOAD_STATE", `The upload of ${path} is ${state}.`, {
          details: { upload, state },
        });
      }
      stored.push({ path, sha256, size: received, executable });
    }
    code[step] = { files: stored.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
  }
  return code;
}
