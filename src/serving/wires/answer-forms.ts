/** Forms of an answer with one line for each row, for those who ask for them by their Accept header. */
import { SlipwayError } from "../../base/index.ts";
import type { RowsToScore, ScoredRows, ScoringSchema } from "../backends/types.ts";
import type { WireAnswer } from "./types.ts";

export type AnswerForm = "json" | "csv" | "ndjson";

export const jsonType = "application/json; charset=utf-8";

const forms: Readonly<Record<string, AnswerForm>> = {
  "application/json": "json",
  "text/csv": "csv",
  "application/x-ndjson": "ndjson",
};

/**
 * What the client likes best (RFC 9110, 12.5.1) of what there is, and what its wire answers by itself where it takes
 * anything or nothing that there is.
 */
export function answerForm(accept: string | null, own: AnswerForm): AnswerForm {
  if (accept === null || accept === "*/*") return own;
  let best = own;
  let quality = 0;
  for (const part of accept.split(",", 20)) {
    const [type = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const form = type === "*/*" ? own : Object.hasOwn(forms, type) ? forms[type] : undefined;
    const given = Number(parameters.find((text) => text.startsWith("q="))?.slice(2) ?? 1);
    if (form === undefined || !(given > quality)) continue;
    best = form;
    quality = given;
  }
  return best;
}

/** `{"result": […], "explanations"?: […]}`. */
export function jsonForm({ result, explanations }: ScoredRows): WireAnswer {
  const list = JSON.stringify(result);
  const body =
    explanations === null ? `{"result":${list}}` : `{"result":${list},"explanations":${JSON.stringify(explanations)}}`;
  return { contentType: jsonType, body, result: list };
}

/** @throws SLW_SCORE_DATA where explanations would have to be written as CSV */
export function tableForm(
  form: "csv" | "ndjson",
  schema: ScoringSchema,
  method: RowsToScore["method"],
  explain: boolean,
): (answer: ScoredRows) => WireAnswer {
  if (form === "ndjson") return formatLines;
  if (explain) {
    throw new SlipwayError("SLW_SCORE_DATA", "Explanations are not written as CSV.", {
      fix: "Ask for application/json or application/x-ndjson in the header Accept.",
    });
  }
  return (answer) => formatCsv(answer, schema, method);
}

function formatLines({ result, explanations }: ScoredRows): WireAnswer {
  const lines = result.map((value, row) => {
    const more = explanations === null ? "" : `,"explanation":${JSON.stringify(explanations[row])}`;
    return `{"result":${JSON.stringify(value)}${more}}\n`;
  });
  return { contentType: "application/x-ndjson; charset=utf-8", body: lines.join("") };
}

/** A header, which is the target or the labels, and one line for each row. */
function formatCsv({ result }: ScoredRows, schema: ScoringSchema, method: RowsToScore["method"]): WireAnswer {
  const header = method === "predict_proba" ? schema.labels.map(String) : [schema.target ?? "prediction"];
  const lines = [header, ...result.map((value) => (Array.isArray(value) ? (value as unknown[]) : [value]))];
  return { contentType: "text/csv; charset=utf-8", body: lines.map(csvLine).join("") };
}

/** With its line end. */
export function csvLine(values: readonly unknown[]): string {
  const cells = values.map(csvCell);
  // A lone empty cell would be a blank line, which is no row.
  return cells.length === 1 && cells[0] === "" ? '""\r\n' : `${cells.join(",")}\r\n`;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : JSON.stringify(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
