/** The name of a model from that of its file: letters, digits, underscore, dot and dash, at most 128. */
export function modelNameOf(fileName: string): string {
  const plain = fileName
    .replace(/\.(slipway|onnx)$/i, "")
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 128)
    .replace(/[-.]+$/, "");
  return plain || "model";
}
