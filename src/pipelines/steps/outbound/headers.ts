/** Headers that a step asks for, as they are sent. */
import { SlipwayError } from "../../../base/index.ts";

/** What belongs to the connection, or says where the body ends. */
const ours = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** RFC 9110: a token, and visible characters with spaces between them. */
const nameForm = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const valueForm = /^[\t\x20-\x7e\x80-\xff]*$/;

/** By names in small letters. The message has no value: it may be a secret. @throws SLW_STEP_OPTION */
export function readHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [written, value] of Object.entries(given)) {
    const name = written.toLowerCase();
    const problem = problemOf(name, String(value));
    if (problem !== null) {
      throw new SlipwayError("SLW_STEP_OPTION", `headers.${written.slice(0, 100)}: ${problem}.`, {
        details: { option: "headers", header: written.slice(0, 100) },
      });
    }
    headers[name] = String(value);
  }
  return headers;
}

function problemOf(name: string, value: string): string | null {
  if (!nameForm.test(name)) return "it is no name of a header";
  if (ours.has(name) || name.startsWith("proxy-")) return "it is set by the server itself";
  return valueForm.test(value) ? null : "its value has a character that no header can have";
}
