/**
 * A trial's record as bytes, to be kept by whoever starts the run. Numbers are little-endian.
 *
 *   0  magic: 89 "SLTRIAL"
 *   8  format version, uint32
 *  12  header length in bytes, uint32, a multiple of 8
 *  16  header: JSON in UTF-8, filled up with blanks
 *   …  validation outputs, float64 each; none where the trial failed or was given up
 * -32  SHA-256 of everything before it
 */
import { createHash } from "node:crypto";
import { SlipwayError } from "../../base/index.ts";
import { readHeader, type TrialHeader } from "./read-header.ts";
import type { FinishedTrialRecord } from "./trial-record.ts";

const magic = Uint8Array.of(0x89, 0x53, 0x4c, 0x54, 0x52, 0x49, 0x41, 0x4c);
const formatVersion = 1;
const preambleLength = 16;
const checksumLength = 32;

/** Bytes of a record; decodeTrial() gives an equal one back, bit for bit. */
export function encodeTrial(record: FinishedTrialRecord): Uint8Array<ArrayBuffer> {
  const outputs = record.outcome.state === "finished" ? record.outcome.outputs : new Float64Array(0);
  const header = new TextEncoder().encode(JSON.stringify(toHeader(record), keepNumber));
  const headerLength = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(preambleLength + headerLength + outputs.byteLength + checksumLength);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, headerLength, true);
  bytes.fill(0x20, preambleLength, preambleLength + headerLength);
  bytes.set(header, preambleLength);
  bytes.set(new Uint8Array(outputs.buffer, outputs.byteOffset, outputs.byteLength), preambleLength + headerLength);
  bytes.set(checksumOf(bytes), bytes.length - checksumLength);
  return bytes;
}

/** @throws SLW_AUTOML_RESUME where the bytes are no record, of a newer format, cut or altered */
export function decodeTrial(bytes: Uint8Array): FinishedTrialRecord {
  checkPreamble(bytes);
  if (Buffer.compare(checksumOf(bytes), bytes.subarray(bytes.length - checksumLength)) !== 0)
    throw refused("its checksum is not that of its content: it was cut or altered");
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
  const start = preambleLength + headerLength;
  const end = bytes.length - checksumLength;
  if (start > end || (end - start) % 8 !== 0) throw refused(`a header of ${headerLength} bytes does not fit`);
  const header = readHeader(parse(bytes.subarray(preambleLength, start)));
  // A copy: it starts at a multiple of 8, and nobody else changes it.
  const outputs = new Float64Array(bytes.slice(start, end).buffer);
  if (header.outcome.state !== "finished") {
    if (outputs.length > 0) throw refused("it has outputs although the trial did not finish");
    return { ...header, outcome: header.outcome };
  }
  return { ...header, outcome: { ...header.outcome, outputs } };
}

function toHeader({ outcome, ...record }: FinishedTrialRecord): TrialHeader {
  if (outcome.state !== "finished") return { ...record, outcome };
  const { outputs: _, ...rest } = outcome;
  return { ...record, outcome: rest };
}

/** The only key of an object that stands for a number which JSON has no word for. */
const special = "$number";

function keepNumber(_: string, value: unknown): unknown {
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { [special]: Object.is(value, -0) ? "-0" : String(value) };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), (_, value: unknown) =>
      typeof value === "object" && value !== null && special in value ? Number(value[special]) : value,
    );
  } catch (cause) {
    throw refused("its header is not JSON", cause);
  }
}

/** In the order in which a stranger's bytes are told from those of another version and from broken ones. */
function checkPreamble(bytes: Uint8Array): void {
  if (bytes.length < preambleLength + checksumLength || !magic.every((byte, i) => bytes[i] === byte))
    throw refused("it does not start as one, or it ends too soon");
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  if (version !== formatVersion)
    throw refused(`it has format version ${version}, and this Slipway reads version ${formatVersion}`);
}

function checksumOf(bytes: Uint8Array): Uint8Array {
  return createHash("sha256")
    .update(bytes.subarray(0, bytes.length - checksumLength))
    .digest();
}

function refused(why: string, cause?: unknown): SlipwayError {
  return new SlipwayError("SLW_AUTOML_RESUME", `The bytes are not the record of a trial: ${why}.`, {
    details: { reason: why },
    ...(cause !== undefined && { cause }),
  });
}
