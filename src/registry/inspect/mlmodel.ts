/**
 * The MLmodel file of an MLflow model folder: YAML that names the flavors and the signature
 * (https://mlflow.org/docs/latest/ml/model). The other files stay bytes: nothing is unpickled, imported or run.
 */
import { parseDocument } from "yaml";
import { SlipwayError } from "../../base/index.ts";
import type { ModelContents, ModelInput } from "../types.ts";

/** Bytes of an MLmodel file at most. */
export const largestMlmodel = 5 * 1024 * 1024;

/** @throws SLW_REGISTRY_MLMODEL */
export function inspectMlmodel(bytes: Uint8Array, path: string): ModelContents {
  const model = parseMlmodel(bytes);
  const flavors = model["flavors"];
  if (!isRecord(flavors) || Object.keys(flavors).length === 0) throw invalid("it names no flavor");
  const signature = isRecord(model["signature"]) ? model["signature"] : {};
  return {
    kind: "mlflow",
    primaryPath: path,
    algorithm: Object.keys(flavors).toSorted().join(", "),
    task: null,
    target: null,
    inputs: readColumns(signature["inputs"]),
    outputs: readColumns(signature["outputs"]).map(({ name, type }) => ({ name, type })),
    members: [],
    metrics: {},
    primaryMetric: null,
    rowMicroseconds: null,
    particulars: {
      flavors,
      mlflowVersion: model["mlflow_version"] ?? null,
      modelUuid: model["model_uuid"] ?? null,
      modelId: model["model_id"] ?? null,
      runId: model["run_id"] ?? null,
    },
  };
}

function parseMlmodel(bytes: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const document = parseDocument(text, { schema: "core" });
    // A warning is a tag that it does not know, such as one of Python's.
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    // Through JSON, so that nothing but plain data goes on from here.
    parsed = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 50 })) ?? "null");
  } catch (cause) {
    throw invalid(`it is no YAML: ${(cause as Error).message.split("\n", 1)[0]}`);
  }
  if (!isRecord(parsed)) throw invalid("it is no YAML mapping");
  return parsed;
}

/** A signature's side is a JSON text: columns with a name, or tensors that may have none. */
function readColumns(side: unknown): ModelInput[] {
  if (typeof side !== "string") return [];
  let columns: unknown;
  try {
    columns = JSON.parse(side);
  } catch {
    throw invalid("its signature is not JSON");
  }
  if (!Array.isArray(columns)) throw invalid("its signature is no list of columns");
  return columns.filter(isRecord).map((column, i) => ({
    name: typeof column["name"] === "string" ? column["name"] : `column ${i + 1}`,
    type: typeOf(column),
    nullable: column["required"] === false,
    categories: null,
  }));
}

function typeOf(column: Record<string, unknown>): string {
  const tensor = column["tensor-spec"];
  if (isRecord(tensor)) {
    const shape = Array.isArray(tensor["shape"]) ? tensor["shape"] : [];
    return `${String(tensor["dtype"])}[${shape.map((size) => (size === -1 ? "?" : String(size))).join(",")}]`;
  }
  return typeof column["type"] === "string" ? column["type"] : "unknown";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(problem: string): SlipwayError {
  return new SlipwayError("SLW_REGISTRY_MLMODEL", `The MLmodel file cannot be used: ${problem}.`, {
    details: { problem },
  });
}
