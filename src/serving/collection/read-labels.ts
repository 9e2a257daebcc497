/** The body of POST /labels. */
import { SlipwayError } from "../../base/index.ts";
import type { RowLabel } from "./spool-format.ts";

/** @param body `{"labels": [{"requestId": text, "row"?: number from 0, "label": text, number or boolean}]}` @throws SLW_ENDPOINT_LABELS */
export function readLabels(body: unknown): RowLabel[] {
  const labels = isObject(body) && Object.keys(body).length === 1 ? body["labels"] : undefined;
  if (!Array.isArray(labels)) throw malformed("", "an object with the key labels, which is a list");
  return labels.map((label, index) => readLabel(label, `labels[${index}]`));
}

const keys = new Set(["requestId", "row", "label"]);

function readLabel(entry: unknown, path: string): RowLabel {
  if (!isObject(entry)) throw malformed(path, "an object with the keys requestId, row and label");
  const other = Object.keys(entry).find((key) => !keys.has(key));
  if (other !== undefined) throw malformed(path, `the keys requestId, row and label, got "${other.slice(0, 60)}"`);
  const { requestId, row = 0, label } = entry;
  if (typeof requestId !== "string" || !/^[\w.:-]{1,100}$/.test(requestId)) {
    throw malformed(`${path}.requestId`, "the x-ms-request-id of an answer");
  }
  if (!Number.isSafeInteger(row) || (row as number) < 0) throw malformed(`${path}.row`, "a row, from 0");
  if (!isLabel(label))
    throw malformed(`${path}.label`, "a text of at most 1000 characters, a finite number, or true or false");
  return { requestId, row: row as number, label };
}

function isLabel(value: unknown): value is RowLabel["label"] {
  if (typeof value === "string") return value.length <= 1000;
  return typeof value === "boolean" || Number.isFinite(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(path: string, expected: string): SlipwayError {
  const where = path === "" ? "The body" : path;
  return new SlipwayError("SLW_ENDPOINT_LABELS", `${where}: expected ${expected}.`, { details: { path, expected } });
}
