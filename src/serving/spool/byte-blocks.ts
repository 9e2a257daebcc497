/**
 * Bytes on their way to a disk, in blocks of one size that are used again: what is added is copied at once, so that
 * nothing of a request outlives its answer.
 */

/** Of a block: a tenth of a second of a busy process takes a few. */
const blockBytes = 64 * 1024;
/** Empty blocks that are kept for later; further ones go. */
const mostSpare = 16;

export interface ByteBlocks {
  /** Bytes that were added and not yet taken. */
  readonly length: number;
  addText(text: string): void;
  /** Line feeds become blanks: between the values of JSON, the only place where they may stand, they mean the same. */
  addJson(bytes: Buffer): void;
  /** Takes out all that was added, in order; each part goes back with `giveBack` when it is written. */
  take(): Buffer[];
  giveBack(part: Buffer): void;
}

const lineFeed = 0x0a;
const blank = 0x20;

export function createByteBlocks(): ByteBlocks {
  let full: Buffer[] = [];
  let fullBytes = 0;
  let block: Buffer | null = null;
  let used = 0;
  const spare: Buffer[] = [];

  function close(): void {
    if (block === null || used === 0) return;
    full.push(used === blockBytes ? block : block.subarray(0, used));
    fullBytes += used;
    block = null;
    used = 0;
  }
  /** A block with room. */
  function open(): Buffer {
    if (used === blockBytes) close();
    return (block ??= spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes));
  }
  function addBytes(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      const to = open();
      const count = Math.min(bytes.length - from, blockBytes - used);
      bytes.copy(to, used, from, from + count);
      used += count;
      from += count;
    }
  }
  return {
    get length() {
      return fullBytes + used;
    },
    addText(text) {
      // Of a character at most three bytes; the test for the few texts that may not fit costs nothing.
      if (text.length * 3 > blockBytes - used) return addBytes(Buffer.from(text));
      used += open().write(text, used);
    },
    addJson: (bytes) => addBytes(bytes.includes(lineFeed) ? withoutLineFeeds(bytes) : bytes),
    take() {
      close();
      const taken = full;
      full = [];
      fullBytes = 0;
      return taken;
    },
    giveBack(part) {
      if (spare.length < mostSpare) spare.push(part.length === blockBytes ? part : Buffer.from(part.buffer));
    },
  };
}

/** A copy. */
function withoutLineFeeds(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(lineFeed); at >= 0; at = copy.indexOf(lineFeed, at + 1)) copy[at] = blank;
  return copy;
}
