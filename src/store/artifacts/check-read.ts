/** The reading side: which bytes are asked for, and whether the right ones came. */
import { createHash } from "node:crypto";
import { pipeline, Transform, type Readable } from "node:stream";
import { SlipwayError } from "../../base/index.ts";
import { corrupt } from "./failures.ts";
import type { ByteRange } from "./types.ts";

export interface ResolvedRange {
  readonly start: number;
  readonly end: number;
  /** Whether these are all bytes, so that their hash can be checked. */
  readonly whole: boolean;
}

/** @throws SLW_ARTIFACT_RANGE */
export function resolveRange(sha256: string, size: number, range: ByteRange): ResolvedRange {
  const { start = 0, end = size } = range;
  const fits = Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end && end <= size;
  if (fits) return { start, end, whole: start === 0 && end === size };
  throw new SlipwayError(
    "SLW_ARTIFACT_RANGE",
    `The artifact ${sha256} has ${size} bytes: none from ${start} up to ${end}.`,
    {
      details: { sha256, size, start, end },
    },
  );
}

/**
 * Passes `bytes` on and ends with SLW_ARTIFACT_CORRUPT where they are too few, too many or, when all are read, others.
 * One chunk is kept back until the check is done, so that nobody ends up with all bytes of a damaged artifact.
 * @param describe makes our error of one of `bytes`' own
 */
export function checkRead(
  bytes: Readable,
  sha256: string,
  { start, end, whole }: ResolvedRange,
  describe: (cause: Error) => SlipwayError,
): Readable {
  const hash = whole ? createHash("sha256") : null;
  const expected = end - start;
  let got = 0;
  let kept: Uint8Array | null = null;

  const checked = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      got += chunk.length;
      hash?.update(chunk);
      if (kept !== null) this.push(kept);
      kept = chunk;
      done(got > expected ? corrupt(sha256, `${expected} bytes`, "more") : null);
    },
    flush(done) {
      if (got !== expected) return done(corrupt(sha256, `${expected} bytes`, `${got} bytes`));
      const found = hash?.digest("hex") ?? sha256;
      if (found !== sha256) return done(corrupt(sha256, `sha256 ${sha256}`, found));
      done(null, kept);
    },
  });
  // Heard before pipeline does, which would pass it on as it is.
  bytes.once("error", (cause: Error) => checked.destroy(describe(cause)));
  // Before somebody reads it an error may come, too: one that nobody hears would end the process.
  checked.on("error", () => {});
  pipeline(bytes, checked, () => {});
  return checked;
}
