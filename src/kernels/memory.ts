/**
 * Space in the kernels' memory. All threads of a run share one WebAssembly memory; a counter in its first page says
 * how much is taken, and every thread takes its own regions from it.
 */
import { SlipwayError } from "../base/index.ts";

const PAGE = 65536;
/** 4 GiB, what 32-bit addresses reach. Must equal --maximumMemory of scripts/build-kernels.mjs. */
const MAX_PAGES = 65536;
/** Below it: the module's own constants. */
const FIRST_FREE = PAGE;
/** Address of the counter: bytes taken, in units of 64. */
const TAKEN = FIRST_FREE - 64;
const UNIT = 64;

/** A new shared memory, to be sent to the workers of a run. */
export function createMemory(): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: MAX_PAGES, shared: true });
  new Uint32Array(memory.buffer, TAKEN, 1)[0] = FIRST_FREE / UNIT;
  return memory;
}

/** A thread's own regions, freed all at once or back to a mark. */
export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** Zeroed space, aligned to 64 bytes. Throws SLW_MEMORY_FULL when 4 GiB are taken. */
  allocate(bytes: number): number;
  /** How much is in use, for `release`. */
  mark(): number;
  /** Gives back all that was allocated after the mark, for this arena's later use. */
  release(mark: number): void;
}

interface Region {
  readonly address: number;
  readonly bytes: number;
}

/** Released regions are kept for this arena: a thread's next training wants the same sizes again. */
export function createArena(memory: WebAssembly.Memory): Arena {
  const used: Region[] = [];
  const free: Region[] = [];

  function allocate(bytes: number): number {
    const wanted = Math.max(UNIT, Math.ceil(bytes / UNIT) * UNIT);
    const fitting = bestFit(free, wanted);
    const region = fitting ?? { address: takeRegion(memory, wanted), bytes: wanted };
    if (fitting) new Uint8Array(memory.buffer, region.address, region.bytes).fill(0);
    used.push(region);
    return region.address;
  }

  return {
    memory,
    allocate,
    mark: () => used.length,
    release: (mark) => {
      free.push(...used.splice(mark));
    },
  };
}

/** The smallest free region that holds `bytes` without wasting more than half of it; taken off the list. */
function bestFit(free: Region[], bytes: number): Region | undefined {
  let best = -1;
  for (let i = 0; i < free.length; i++) {
    const size = free[i].bytes;
    if (size >= bytes && size <= 2 * bytes && (best < 0 || size < free[best].bytes)) best = i;
  }
  return best < 0 ? undefined : free.splice(best, 1)[0];
}

function takeRegion(memory: WebAssembly.Memory, bytes: number): number {
  const units = bytes / UNIT;
  const counter = new Uint32Array(memory.buffer, TAKEN, 1);
  const address = Atomics.add(counter, 0, units) * UNIT;
  const end = address + bytes;
  if (end > MAX_PAGES * PAGE) {
    Atomics.sub(counter, 0, units);
    throw new SlipwayError(
      "SLW_MEMORY_FULL",
      `Training needs ${formatMiB(bytes)} more, but ${formatMiB(address)} of the engine's 4,096 MiB are taken.`,
    );
  }
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (missing > 0) growTo(memory, Math.ceil(end / PAGE));
  return address;
}

/** Several threads may grow at once: each asks for what is missing when it looks. */
function growTo(memory: WebAssembly.Memory, pages: number): void {
  for (;;) {
    const missing = pages - memory.buffer.byteLength / PAGE;
    if (missing <= 0) return;
    memory.grow(missing);
  }
}

function formatMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;
}
