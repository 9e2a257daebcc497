/** The name of a dataset after that of its file: "My bank (1).csv" is "My-bank-1". */
export function datasetNameOf(fileName: string): string {
  const base = fileName.replace(/\.(csv|tsv|txt|parquet)$/i, "");
  const name = base
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 128)
    .replace(/[-.]+$/, "");
  return name === "" ? "data" : name;
}
