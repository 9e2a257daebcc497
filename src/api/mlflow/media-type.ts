/** Media types of artifacts by their names, as MLflow's server gives them. */

/** Names and endings of text: MLflow sends them as text/plain, whatever they are. */
const plain = new Set(
  [
    "MLmodel MLproject txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml",
    "xml json js ts py py3 csv tsv md rst sql r R scala java cpp c h html htm css sh geojson markdown",
  ]
    .join(" ")
    .toLowerCase()
    .split(" "),
);

const binary: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  zip: "application/zip",
  gz: "application/gzip",
  mp3: "audio/mpeg",
  wav: "audio/x-wav",
  mp4: "video/mp4",
};

export function mediaType(fileName: string): string {
  const name = fileName.toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  if (plain.has(ending)) return "text/plain";
  return Object.hasOwn(binary, ending) ? (binary[ending] as string) : "application/octet-stream";
}
