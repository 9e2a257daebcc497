/** Distinct texts of a column, kept as UTF-8 bytes: a million rows of ten labels make ten strings, not a million. */
export interface Dictionary {
  /** The code of the text in bytes[start, end), new or known; -1 when it means null. `hash` is `hashBytes` of it. */
  code(bytes: Uint8Array, start: number, end: number, hash: number): number;
  /** The texts in order of their codes. */
  texts(): string[];
}

/** FNV-1a's step; start with `hashStart`. */
export const hashStart = 0x811c9dc5 | 0;

export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashStart;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

export function createDictionary(isNull: (text: string) => boolean): Dictionary {
  let slots = new Int32Array(64).fill(-1);
  let mask = slots.length - 1;
  let arena = Buffer.allocUnsafeSlow(1024);
  /** Entry i is arena[offsets[i], offsets[i + 1]). */
  let offsets = new Float64Array(65);
  let hashes = new Int32Array(64);
  let codes = new Int32Array(64);
  let entries = 0;
  let values = 0;

  function same(entry: number, bytes: Uint8Array, start: number, length: number): boolean {
    const from = offsets[entry]!;
    if (offsets[entry + 1]! - from !== length) return false;
    for (let i = 0; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false;
    return true;
  }

  function add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const from = offsets[entries]!;
    const to = from + (end - start);
    if (to > arena.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(to, arena.length * 2));
      larger.set(arena.subarray(0, from));
      arena = larger;
    }
    arena.set(bytes.subarray(start, end), from);
    offsets[entries + 1] = to;
    hashes[entries] = hash;
    codes[entries] = isNull(arena.toString("utf8", from, to)) ? -1 : values++;
    entries++;
    if (entries === codes.length) grow();
    return entries - 1;
  }

  function grow(): void {
    const capacity = codes.length * 2;
    offsets = resized(offsets, new Float64Array(capacity + 1));
    hashes = resized(hashes, new Int32Array(capacity));
    codes = resized(codes, new Int32Array(capacity));
    // At most half of the slots are taken, so that probes stay short.
    slots = new Int32Array(capacity * 2).fill(-1);
    mask = slots.length - 1;
    for (let entry = 0; entry < entries; entry++) {
      let slot = spread(hashes[entry]!) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
  }
  grow();

  return {
    code(bytes, start, end, hash) {
      let slot = spread(hash) & mask;
      for (;;) {
        const entry = slots[slot]!;
        if (entry === -1) break;
        if (hashes[entry] === hash && same(entry, bytes, start, end - start)) return codes[entry]!;
        slot = (slot + 1) & mask;
      }
      slots[slot] = entries;
      return codes[add(bytes, start, end, hash)]!;
    },
    texts() {
      const texts: string[] = [];
      for (let entry = 0; entry < entries; entry++) {
        if (codes[entry] !== -1) texts.push(arena.toString("utf8", offsets[entry]!, offsets[entry + 1]!));
      }
      return texts;
    },
  };
}

/** FNV's low bits are its weakest; fold the high ones in. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function resized<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
