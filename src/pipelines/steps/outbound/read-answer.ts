/** The body of an answer as a value of the step: bounded, and nothing that the database does not take. */
import type { Readable } from "node:stream";
import type { Scalar, StepValue } from "../../../definition/index.ts";

/** Bytes of a body that are kept. */
export const keptBytes = 64 * 1024;

export interface AnswerBody {
  readonly text: string;
  /** Was there more? */
  readonly cut: boolean;
}

/** The rest is not read. */
export async function readAnswer(body: Readable): Promise<AnswerBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop destroys the stream.
    if (size > keptBytes) break;
  }
  // A character that the limit cuts through is left out.
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, keptBytes), { stream: size > keptBytes });
  return { text: storable(text), cut: size > keptBytes };
}

/** PostgreSQL's JSON has neither U+0000 nor halves of characters. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

type Plain = Extract<StepValue, { type: "value" }>["value"];

/** JSON where it is one value or a list of such; everything else, objects too, as its text. */
export function valueOf({ text, cut }: AnswerBody, contentType: string): StepValue {
  if (cut || !/^application\/([^;]+\+)?json\b/i.test(contentType)) return { type: "value", value: text };
  try {
    const value = JSON.parse(text) as unknown;
    if (isPlain(value)) return { type: "value", value: wellFormed(value) };
  } catch {
    // It says that it is JSON, and is not.
  }
  return { type: "value", value: text };
}

function isPlain(value: unknown): value is Plain {
  return value === null || isScalar(value) || (Array.isArray(value) && value.every(isScalar));
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function wellFormed(value: Plain): Plain {
  const one = (scalar: Scalar): Scalar => (typeof scalar === "string" ? storable(scalar) : scalar);
  if (value === null) return null;
  return typeof value === "object" ? value.map(one) : one(value);
}
