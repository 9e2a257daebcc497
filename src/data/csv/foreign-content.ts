import { SlipwayError } from "../../base/index.ts";

/** First bytes of files that are often given in place of a CSV. */
const signatures: readonly (readonly [string, string])[] = [
  ["504b0304", "a ZIP archive (Excel .xlsx and OpenDocument .ods are ZIP archives)"],
  ["504b0506", "an empty ZIP archive"],
  ["d0cf11e0a1b11ae1", "an old Excel workbook (.xls)"],
  ["1f8b", "compressed with gzip"],
  ["28b52ffd", "compressed with Zstandard"],
  ["425a68", "compressed with bzip2"],
  ["fd377a585a00", "compressed with xz"],
  ["25504446", "a PDF document"],
  ["89504e47", "a PNG picture"],
  ["ffd8ff", "a JPEG picture"],
  ["4152524f5731", "an Arrow (Feather) file"],
  ["4f5243", "an ORC file"],
  ["53514c69746520666f726d6174", "an SQLite database"],
  ["7f454c46", "a program"],
  ["894844460d0a1a0a", "an HDF5 file"],
];

/** Refuses content that is plainly something else, before anything is parsed. `head`: the first bytes of the file. */
export function refuseForeignContent(file: string, head: Buffer): void {
  const hex = head.subarray(0, 16).toString("hex");
  const signature = signatures.find(([bytes]) => hex.startsWith(bytes));
  if (signature) throw foreign(file, signature[1]);
}

/** The same for text, once it is decoded: JSON and HTML or XML. */
export function refuseForeignText(file: string, text: string): void {
  const start = text.trimStart().slice(0, 200);
  if (/^<(?:!doctype|html|head|body|table|\?xml|!--|svg)/i.test(start)) throw foreign(file, "HTML or XML");
  if (/^(?:\{\s*(?:"|\}|$)|\[\s*(?:\{|\[|\]|"|-?\d|$))/.test(start)) throw foreign(file, "JSON");
}

/** A file whose bytes are mostly control characters is no text, whatever its first bytes say. */
export function refuseBinary(file: string, head: Buffer): void {
  let controls = 0;
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls++;
  if (controls > head.length / 10) throw foreign(file, "binary");
}

function foreign(file: string, what: string): SlipwayError {
  return new SlipwayError("SLW_DATA_FORMAT", `${file} is not CSV: its content is ${what}.`, {
    details: { file, line: 1, content: what },
  });
}
