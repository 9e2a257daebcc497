/** What a file is shown as, by the end of its name. */

/** Media types of pictures that a browser draws; none of them runs anything in an <img>. */
const images: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

const languages: Readonly<Record<string, CodeLanguage>> = {
  json: "json",
  yaml: "yaml",
  yml: "yaml",
  py: "python",
  sh: "bash",
  ts: "typescript",
  js: "typescript",
  sql: "sql",
  xml: "xml",
  html: "xml",
};

type CodeLanguage = "json" | "yaml" | "python" | "bash" | "typescript" | "sql" | "xml";

export type ArtifactKind =
  | { readonly kind: "image"; readonly mediaType: string }
  | { readonly kind: "table"; readonly separator: "," | "\t" }
  | { readonly kind: "code"; readonly language: CodeLanguage }
  | { readonly kind: "text" };

export function artifactKind(path: string): ArtifactKind {
  const extension = /\.([a-z\d]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const mediaType = images[extension];
  if (mediaType !== undefined) return { kind: "image", mediaType };
  if (extension === "csv" || extension === "tsv") return { kind: "table", separator: extension === "csv" ? "," : "\t" };
  const language = languages[extension];
  return language === undefined ? { kind: "text" } : { kind: "code", language };
}

/** A text has no zero byte in its first 8,000 (what Git goes by, too). */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

/** Rows of a CSV as RFC 4180 has it, at most so many. The last row of a text that was cut off may be incomplete. */
export function readCsv(
  text: string,
  { separator, rows: most }: { readonly separator: string; readonly rows: number },
): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || cell !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let at = text.startsWith("\uFEFF") ? 1 : 0; at < text.length && rows.length < most; at++) {
    const sign = text[at] as string;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text[at++];
      else isQuoted = false;
    } else if (sign === '"' && cell === "") isQuoted = true;
    else if (sign === separator) {
      row.push(cell);
      cell = "";
    } else if (sign === "\n") endRow();
    else if (sign !== "\r" || text[at + 1] !== "\n") cell += sign;
  }
  if (rows.length < most && (row.length > 0 || cell !== "")) endRow();
  return rows;
}
