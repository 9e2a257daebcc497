/** A thread that looks at the files of a model, so that the server goes on answering meanwhile. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parentPort, workerData } from "node:worker_threads";
import { SlipwayError } from "../../base/index.ts";
import type { ModelContents } from "../types.ts";
import { openFileView } from "./file-view.ts";
import type { InspectReply, InspectTask } from "./inspect-in-thread.ts";
import { inspectMlmodel, largestMlmodel } from "./mlmodel.ts";
import { inspectOnnx } from "./onnx.ts";
import { inspectSlipway } from "./slipway.ts";

parentPort?.postMessage(await answer(workerData as InspectTask));

async function answer(task: InspectTask): Promise<InspectReply> {
  try {
    await checkHash(task);
    return { contents: await inspect(task) };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const { code, message, fix, details } = error;
    return { refusal: { code, message, fix, details } };
  }
}

/** A file read in place is not checked by the artifact store: what is registered is what was uploaded. */
async function checkHash({ file, path, sha256 }: InspectTask): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  if (hash.digest("hex") === sha256) return;
  throw new SlipwayError("SLW_ARTIFACT_CORRUPT", `The stored bytes of ${path} are not those that were put.`, {
    details: { sha256 },
  });
}

async function inspect({ file, path, isFolder }: InspectTask): Promise<ModelContents> {
  if (isFolder) return inspectMlmodel(readSmall(file), path);
  const view = openFileView(file);
  try {
    // The first byte of a .slipway file is no key of an ONNX message.
    if (view.byte(0) === 0x89 || path.endsWith(".slipway")) return await inspectSlipwayNamed(file, path);
    return inspectOnnx(view, path);
  } finally {
    view.close();
  }
}

/** The reader's messages begin with the path on our disk, which is nobody's business. */
async function inspectSlipwayNamed(file: string, path: string): Promise<ModelContents> {
  try {
    return await inspectSlipway(file, path);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const { code, message, fix, details } = error;
    throw new SlipwayError(code, message.replaceAll(file, path), { fix, details: { ...details, path } });
  }
}

function readSmall(file: string): Uint8Array {
  const { size } = statSync(file);
  if (size <= largestMlmodel) return readFileSync(file);
  throw new SlipwayError("SLW_REGISTRY_MLMODEL", `The MLmodel file has ${size} bytes, more than ${largestMlmodel}.`);
}
