import { SlipwayError } from "../../base/index.ts";
import type { TextSource } from "./text-source.ts";

/** Reads all text once: its length in UTF-8 bytes and its line ends, an upper bound of its rows. Refuses NUL bytes. */
export function surveyText(file: string, source: TextSource): { bytes: number; lineEnds: number } {
  const block = Buffer.allocUnsafeSlow(1 << 20);
  let bytes = 0;
  let lineEnds = 0;
  let previous = 0;
  source.rewind();
  for (;;) {
    const length = source.read(block, 0);
    if (length === 0) return { bytes, lineEnds };
    bytes += length;
    for (let i = 0; i < length; i++) {
      const byte = block[i]!;
      if (byte < 14) {
        if (byte === 10) lineEnds += previous === 13 ? 0 : 1;
        else if (byte === 13) lineEnds++;
        else if (byte === 0) throw nulByte(file, lineEnds + 1);
      }
      previous = byte;
    }
  }
}

function nulByte(file: string, line: number): SlipwayError {
  return new SlipwayError("SLW_DATA_NUL_BYTE", `${file}, line ${line}: a NUL byte.`, { details: { file, line } });
}
