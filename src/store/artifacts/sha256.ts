import { SlipwayError } from "../../base/index.ts";

const pattern = /^[0-9a-f]{64}$/;

/** Whether `text` is a sha256 as this folder writes it: nothing else ever becomes part of a path or key. */
export function isSha256(text: string): boolean {
  return pattern.test(text);
}

/** @throws SLW_ARTIFACT_ID */
export function assertSha256(text: string): void {
  if (typeof text === "string" && isSha256(text)) return;
  const got = String(text).slice(0, 100);
  throw new SlipwayError("SLW_ARTIFACT_ID", `${JSON.stringify(got)} is no sha256: 64 digits of 0-9 and a-f.`, {
    details: { expected: "64 lower-case hexadecimal digits", got },
  });
}
