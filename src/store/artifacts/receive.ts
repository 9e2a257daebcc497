/** The receiving side of every `put`: counts, hashes and limits the bytes while they pass. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { SlipwayError } from "../../base/index.ts";
import { assertSha256 } from "./sha256.ts";
import type { PutOptions, StoredArtifact } from "./types.ts";

export interface Receiver {
  /** The bytes, once. Ends with SLW_ARTIFACT_ABORTED where the source fails, so that all other errors are the store's. */
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>;
  /** Bytes that came so far. */
  received(): number;
  /** Bytes the store needs room for: what was announced, otherwise what came so far. */
  needed(): number;
  /** After the last byte. @throws SLW_ARTIFACT_MISMATCH */
  finish(): StoredArtifact;
}

export function createReceiver(source: Readable | Uint8Array, options: PutOptions): Receiver {
  const { expected, maxBytes = Infinity } = options;
  if (expected !== undefined) assertSha256(expected);
  const announced = options.size ?? (source instanceof Uint8Array ? source.length : undefined);
  if (announced !== undefined && announced > maxBytes) throw tooLarge(maxBytes);
  // Also before the first and after the last look at it: an error event that nobody hears would end the process.
  if (!(source instanceof Uint8Array)) source.on("error", () => {});
  const hash = createHash("sha256");
  let size = 0;

  async function* receive(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunksOf(source, options.signal, () => size)) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (announced !== undefined && size > announced) throw mismatch(`${announced} bytes`, "more");
      hash.update(chunk);
      yield chunk;
    }
    if (announced !== undefined && size !== announced) throw mismatch(`${announced} bytes`, `${size} bytes`);
  }

  function finish(): StoredArtifact {
    const sha256 = hash.digest("hex");
    if (expected !== undefined && sha256 !== expected) throw mismatch(`sha256 ${expected}`, sha256);
    return { sha256, size };
  }

  return { bytes: receive(), received: () => size, needed: () => announced ?? size, finish };
}

/** The source's chunks. Stops waiting as soon as `signal` aborts, and never destroys the source. */
async function* chunksOf(
  source: Readable | Uint8Array,
  signal: AbortSignal | undefined,
  received: () => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = source instanceof Uint8Array ? Readable.from([source]) : source;
  const iterator = stream.iterator({ destroyOnReturn: false });
  let cancel: (reason: unknown) => void = () => {};
  const onAbort = (): void => cancel(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await new Promise((resolve, reject) => {
          cancel = reject;
          if (signal?.aborted) reject(signal.reason);
          else iterator.next().then(resolve, reject);
        });
      } catch (cause) {
        throw endedEarly(received(), cause);
      }
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    // Not awaited: behind a chunk that never comes it would wait for ever.
    iterator.return?.(undefined)?.catch(() => {});
  }
}

function endedEarly(received: number, cause: unknown): SlipwayError {
  if (cause instanceof SlipwayError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlipwayError("SLW_ARTIFACT_ABORTED", `The upload ended early, after ${received} bytes: ${reason}.`, {
    details: { received },
    cause,
  });
}

function tooLarge(maxBytes: number): SlipwayError {
  return new SlipwayError("SLW_ARTIFACT_TOO_LARGE", `The upload has more than the ${maxBytes} bytes that are taken.`, {
    details: { maxBytes },
  });
}

function mismatch(expected: string, got: string): SlipwayError {
  return new SlipwayError("SLW_ARTIFACT_MISMATCH", `The upload was announced as ${expected}, but it is ${got}.`, {
    details: { expected, got },
  });
}
