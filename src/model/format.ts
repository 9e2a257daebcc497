/**
 * The `.slipway` file as bytes (docs/reference/model-format.md). Nothing here needs Node: a browser reads the same file.
 *
 *   0  magic: 89 "SLIPWAY"
 *   8  format version, uint32
 *  12  header length in bytes, uint32, a multiple of 8
 *  16  file length in bytes, uint64
 *  24  header: JSON in UTF-8, filled up with blanks
 *   …  tensor section
 * -32  SHA-256 of everything before it
 */
import { SlipwayError } from "../base/index.ts";
import { headerToModel, modelKeys, modelToHeader } from "./header.ts";
import { shareCategories } from "./read-transforms.ts";
import { sha256 } from "./sha256.ts";
import { align8, createTensorReader, createTensorWriter } from "./tensors.ts";
import type { Model } from "./types.ts";

const magic = Uint8Array.of(0x89, 0x53, 0x4c, 0x49, 0x50, 0x57, 0x41, 0x59);
/**
 * 1 had neither `combination` nor `labelWeights` (types.ts): its files are read as votes without label weights. 3 has a
 * `background`; a model without one is written as 2, as before.
 */
const formatVersion = 3;
const preambleLength = 24;
const checksumLength = 32;

/** Gives the 32 bytes of the SHA-256. */
type Hash = (bytes: Uint8Array) => Uint8Array;

/** Equal models give equal bytes. `hash` is for those who have a faster one. */
export function encodeModel(model: Model, hash: Hash = sha256): Uint8Array<ArrayBuffer> {
  const tensors = createTensorWriter();
  const fields = {
    ...Object.fromEntries(modelKeys.map((key) => [key, model[key]])),
    transforms: shareCategories(model.transforms),
    ...(model.background === undefined ? {} : { background: model.background }),
  };
  const header = new TextEncoder().encode(JSON.stringify(modelToHeader(fields, tensors.add)));
  const headerLength = align8(header.length);
  const length = preambleLength + headerLength + tensors.size() + checksumLength;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, model.background === undefined ? 2 : formatVersion, true);
  view.setUint32(12, headerLength, true);
  view.setBigUint64(16, BigInt(length), true);
  bytes.fill(0x20, preambleLength, preambleLength + headerLength);
  bytes.set(header, preambleLength);
  tensors.write(bytes, preambleLength + headerLength);
  bytes.set(hash(bytes.subarray(0, length - checksumLength)), length - checksumLength);
  return bytes;
}

/**
 * Reads a model and checks all of it; runs no code from it and allocates little more than the bytes' own length.
 * @throws SLW_MODEL_FORMAT, SLW_MODEL_VERSION, SLW_MODEL_CUT, SLW_MODEL_ALTERED, SLW_MODEL_INVALID
 */
export function decodeModel(bytes: Uint8Array, hash: Hash = sha256): Model {
  checkPreamble(bytes);
  const content = bytes.subarray(0, bytes.length - checksumLength);
  const checksum = bytes.subarray(bytes.length - checksumLength);
  if (!sameBytes(hash(content), checksum)) {
    throw new SlipwayError("SLW_MODEL_ALTERED", "The model file was altered: its checksum is not that of its content.");
  }
  const preamble = new DataView(bytes.buffer, bytes.byteOffset);
  const headerLength = preamble.getUint32(12, true);
  const tensorStart = preambleLength + headerLength;
  if (headerLength % 8 !== 0 || tensorStart > content.length) {
    throw new SlipwayError(
      "SLW_MODEL_INVALID",
      `The model's header length ${headerLength} does not fit its ${bytes.length} bytes.`,
    );
  }
  const header = parseHeader(content.subarray(preambleLength, tensorStart));
  // A copy: its buffer starts at a multiple of 8, and nobody else changes it.
  const tensors = createTensorReader(content.slice(tensorStart));
  const model = headerToModel(header, tensors, preamble.getUint32(8, true));
  tensors.finish();
  return model;
}

/** Magic, version and length, in the order in which a stranger's file is told from an old, a new and a broken one. */
function checkPreamble(bytes: Uint8Array): void {
  const known = Math.min(bytes.length, magic.length);
  if (!sameBytes(bytes.subarray(0, known), magic.subarray(0, known))) {
    throw new SlipwayError(
      "SLW_MODEL_FORMAT",
      "This is not a .slipway file: it does not start with the bytes 89 SLIPWAY.",
    );
  }
  if (bytes.length < preambleLength + checksumLength) {
    throw new SlipwayError("SLW_MODEL_CUT", `The model file is cut: it ends after ${bytes.length} bytes.`, {
      details: { length: bytes.length },
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version > formatVersion) {
    throw new SlipwayError(
      "SLW_MODEL_VERSION",
      `The model file has format version ${version}; this Slipway reads up to version ${formatVersion}.`,
      { details: { expected: formatVersion, got: version } },
    );
  }
  if (version < 1) throw new SlipwayError("SLW_MODEL_FORMAT", "This is not a .slipway file: its format version is 0.");
  const length = Number(view.getBigUint64(16, true));
  const details = { expected: length, got: bytes.length };
  if (bytes.length < length) {
    throw new SlipwayError("SLW_MODEL_CUT", `The model file is cut: ${bytes.length} of ${length} bytes are there.`, {
      details,
    });
  }
  if (bytes.length > length) {
    throw new SlipwayError("SLW_MODEL_ALTERED", `The model file has ${bytes.length - length} bytes after its end.`, {
      details,
    });
  }
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SlipwayError("SLW_MODEL_INVALID", "The model's header is not JSON.", { cause });
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
