import { isUtf8 } from "node:buffer";
import { readSync } from "node:fs";
import { SlipwayError } from "../../base/index.ts";
import type { Encoding } from "../read-options.ts";

const block = 1 << 20;

/**
 * Finds the encoding of an open file: by its byte order mark, by the pattern of its NUL bytes (UTF-16), by whether all
 * of it is valid UTF-8, and otherwise Latin-1 (Windows-1252 where bytes 80 to 9F occur) if it looks like that.
 */
export function detectEncoding(file: string, fd: number): { encoding: Encoding; bom: number } {
  const head = Buffer.alloc(1 << 16);
  const sample = head.subarray(0, readSync(fd, head, 0, head.length, 0));
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) {
    const faults = surveyUtf8(fd);
    if (faults) throw notUtf8(file, faults, "UTF-8 (by its byte order mark)");
    return { encoding: "utf-8", bom: 3 };
  }
  if (sample[0] === 0xff && sample[1] === 0xfe) {
    if (sample.length >= 4 && sample[2] === 0 && sample[3] === 0) throw utf32(file);
    return { encoding: "utf-16le", bom: 2 };
  }
  if (sample[0] === 0xfe && sample[1] === 0xff) return { encoding: "utf-16be", bom: 2 };
  const wide = utf16WithoutMark(sample);
  if (wide) return { encoding: wide, bom: 0 };

  const faults = surveyUtf8(fd);
  if (!faults) return { encoding: "utf-8", bom: 0 };
  if (faults.undefined1252 > 0 || faults.invalid < faults.multibyte) {
    throw notUtf8(file, faults, "UTF-8, then Latin-1 and Windows-1252");
  }
  return { encoding: faults.controls > 0 ? "windows-1252" : "latin1", bom: 0 };
}

interface Utf8Faults {
  /** Line of the first byte that is not UTF-8. */
  readonly line: number;
  readonly byte: number;
  /** Bytes that belong to no valid sequence, and valid sequences of several bytes. */
  readonly invalid: number;
  readonly multibyte: number;
  /** Invalid bytes from 80 to 9F, and those among them that Windows-1252 does not define. */
  readonly controls: number;
  readonly undefined1252: number;
}

/** Null when the whole file is valid UTF-8; the native check first, the counting only for a file that fails it. */
function surveyUtf8(fd: number): Utf8Faults | null {
  const bytes = Buffer.allocUnsafeSlow(block);
  let kept = 0;
  for (let offset = 0; ;) {
    const count = readSync(fd, bytes, kept, bytes.length - kept, offset);
    if (count === 0) return kept === 0 || isUtf8(bytes.subarray(0, kept)) ? null : countFaults(fd);
    offset += count;
    const length = kept + count;
    const whole = wholeCharacters(bytes, length);
    if (!isUtf8(bytes.subarray(0, whole))) return countFaults(fd);
    bytes.copy(bytes, 0, whole, length);
    kept = length - whole;
  }
}

/** The length without a sequence that is cut off at the end. */
function wholeCharacters(bytes: Buffer, length: number): number {
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back]!;
    if (byte >= 0xc0) return back < sequenceLength(byte) ? length - back : length;
    if (byte < 0x80) return length;
  }
  return length;
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

function countFaults(fd: number): Utf8Faults {
  const bytes = Buffer.allocUnsafeSlow(block + 4);
  const found = { line: 0, byte: 0, invalid: 0, multibyte: 0, controls: 0, undefined1252: 0 };
  let line = 1;
  let kept = 0;
  for (let offset = 0, ended = false; !ended;) {
    const count = readSync(fd, bytes, kept, block - kept, offset);
    offset += count;
    ended = count === 0;
    const length = kept + count;
    const whole = ended ? length : wholeCharacters(bytes, length);
    for (let i = 0; i < whole;) {
      const byte = bytes[i]!;
      if (byte < 0x80) {
        if (byte === 10) line++;
        i++;
        continue;
      }
      const size = byte >= 0xc0 ? sequenceLength(byte) : 1;
      if (size > 1 && i + size <= whole && isUtf8(bytes.subarray(i, i + size))) {
        found.multibyte++;
        i += size;
        continue;
      }
      if (found.invalid++ === 0) Object.assign(found, { line, byte });
      if (byte < 0xa0) found.controls++;
      if (byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) found.undefined1252++;
      i++;
    }
    bytes.copy(bytes, 0, whole, length);
    kept = length - whole;
  }
  return found;
}

/** UTF-16 without a mark: mostly ASCII text has a NUL in nearly every second byte and none in between. */
function utf16WithoutMark(sample: Buffer): Encoding | null {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const half = sample.length / 2;
  if (sample.length < 4 || sample.length % 2 !== 0) return null;
  if (odd > 0.7 * half && even === 0) return "utf-16le";
  if (even > 0.7 * half && odd === 0) return "utf-16be";
  return null;
}

function notUtf8(file: string, faults: Utf8Faults, tried: string): SlipwayError {
  const byte = faults.byte.toString(16).toUpperCase().padStart(2, "0");
  return new SlipwayError(
    "SLW_DATA_ENCODING",
    `${file}, line ${faults.line}: byte ${byte} fits no encoding tried (${tried}).`,
    { details: { file, line: faults.line, byte: faults.byte, tried } },
  );
}

function utf32(file: string): SlipwayError {
  return new SlipwayError("SLW_DATA_ENCODING", `${file} is UTF-32; UTF-8, UTF-16, Latin-1 and Windows-1252 are read.`, {
    details: { file, encoding: "utf-32" },
  });
}
