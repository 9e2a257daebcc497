/** The errors that both kinds of store have in common. */
import { SlipwayError } from "../../base/index.ts";

export function notFound(sha256: string): SlipwayError {
  return new SlipwayError("SLW_ARTIFACT_NOT_FOUND", `No artifact has the sha256 ${sha256}.`, { details: { sha256 } });
}

export function corrupt(sha256: string, expected: string, got: string): SlipwayError {
  return new SlipwayError(
    "SLW_ARTIFACT_CORRUPT",
    `The artifact ${sha256} is damaged: expected ${expected}, got ${got}.`,
    {
      details: { sha256, expected, got },
    },
  );
}

/** @param need bytes of the upload as far as known, `have` bytes that are free where known */
export function noSpace(location: string, need: number, have: number | null, cause?: unknown): SlipwayError {
  const room = have === null ? "" : `, have ${have} bytes`;
  return new SlipwayError("SLW_ARTIFACT_NO_SPACE", `Disk full: need ${need} bytes${room} at ${location}.`, {
    details: { location, need, have },
    cause,
  });
}

export function unavailable(location: string, reason: string, cause?: unknown, fix?: string): SlipwayError {
  return new SlipwayError("SLW_ARTIFACT_UNAVAILABLE", `The artifact store ${location} fails: ${reason}.`, {
    details: { location, reason },
    cause,
    ...(fix === undefined ? {} : { fix }),
  });
}
