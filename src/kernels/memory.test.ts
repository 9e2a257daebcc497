import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { SlipwayError } from "../base/index.ts";
import { createArena, createMemory, type Arena } from "./index.ts";

const PAGE = 65_536;

function bytesAt({ memory }: Arena, address: number, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, address, length);
}

describe("an arena", () => {
  it.each([0, 1, 63, 64, 65, 100_000, 3 * PAGE])(
    "hands out %i bytes: aligned, zeroed, beyond the first page",
    (bytes) => {
      const arena = createArena(createMemory());
      const address = arena.allocate(bytes);
      expect(address % 64).toBe(0);
      expect(address).toBeGreaterThanOrEqual(PAGE);
      expect(bytesAt(arena, address, bytes).every((byte) => byte === 0)).toBe(true);
    },
  );

  it("hands out regions that do not overlap", () => {
    const arena = createArena(createMemory());
    const sizes = [1, 64, 65, 1_000, PAGE, 0, 7];
    const regions = sizes.map((bytes) => ({ address: arena.allocate(bytes), bytes: Math.max(1, bytes) }));
    regions.sort((a, b) => a.address - b.address);
    regions.slice(1).forEach(({ address }, i) => {
      expect(address).toBeGreaterThanOrEqual(regions[i].address + regions[i].bytes);
    });
  });

  it("uses again what was released, and zeroes it", () => {
    const arena = createArena(createMemory());
    const kept = arena.allocate(1_000);
    bytesAt(arena, kept, 1_000).fill(7);
    const mark = arena.mark();
    const address = arena.allocate(2_000);
    bytesAt(arena, address, 2_000).fill(0xff);
    arena.release(mark);
    expect(arena.mark()).toBe(mark);
    // Half the size still fits; far less would waste the region.
    expect(arena.allocate(100)).not.toBe(address);
    expect(arena.allocate(1_500)).toBe(address);
    expect(bytesAt(arena, address, 2_000).every((byte) => byte === 0)).toBe(true);
    expect(bytesAt(arena, kept, 1_000).every((byte) => byte === 7)).toBe(true);
  });

  it("takes no more memory for the second training than for the first", () => {
    const arena = createArena(createMemory());
    const train = (): number => {
      const mark = arena.mark();
      for (const bytes of [40_000, 40_000, 80_000, 64, 2_112 * 20, 300_000]) arena.allocate(bytes);
      arena.release(mark);
      return arena.memory.buffer.byteLength;
    };
    const first = train();
    for (let round = 0; round < 20; round++) expect(train()).toBe(first);
  });

  it("leaves another arena of the same memory alone", () => {
    const memory = createMemory();
    const [a, b] = [createArena(memory), createArena(memory)];
    const mark = a.mark();
    const address = a.allocate(500);
    a.release(mark);
    expect(b.allocate(500)).not.toBe(address);
    expect(a.allocate(500)).toBe(address);
  });

  it("refuses what does not fit in 4 GiB by code, takes nothing for it, and works on", () => {
    const arena = createArena(createMemory());
    const before = arena.memory.buffer.byteLength;
    for (const bytes of [2 ** 32, 5e9, 1e15]) {
      expect(() => arena.allocate(bytes)).toThrow(SlipwayError);
      expect(() => arena.allocate(bytes)).toThrow(expect.objectContaining({ code: "SLW_MEMORY_FULL" }));
    }
    expect(arena.memory.buffer.byteLength).toBe(before);
    expect(arena.mark()).toBe(0);
    expect(arena.allocate(64)).toBe(PAGE);
  });
});

/** Takes and fills regions as fast as it can and says which, then whether they still hold what it wrote. */
const allocator = `
const { parentPort, workerData } = require("node:worker_threads");
const { memory, url, mine, start } = workerData;
import(url).then(({ createArena }) => {
  const arena = createArena(memory);
  Atomics.add(start, 0, 1);
  while (Atomics.load(start, 0) < 2);
  const regions = [];
  for (let i = 0; i < 2000; i++) {
    const bytes = 64 + ((i * 97) % 3000);
    const address = arena.allocate(bytes);
    const view = new Uint8Array(memory.buffer, address, bytes);
    if (view.some((byte) => byte !== 0)) throw new Error("not zero at " + address);
    view.fill(mine);
    regions.push([address, bytes]);
  }
  const intact = regions.every(([at, bytes]) => new Uint8Array(memory.buffer, at, bytes).every((byte) => byte === mine));
  parentPort.postMessage({ regions, intact });
});
`;

it("two threads allocate at once: no region overlaps another", async () => {
  const memory = createMemory();
  const start = new Int32Array(new SharedArrayBuffer(4));
  const url = new URL("./memory.ts", import.meta.url).href;
  const results = await Promise.all(
    [1, 2].map((mine) => {
      const worker = new Worker(allocator, { eval: true, workerData: { memory, url, mine, start } });
      return new Promise<{ regions: [number, number][]; intact: boolean }>((resolve, reject) => {
        worker.once("message", resolve).once("error", reject);
      });
    }),
  );
  expect(results.map(({ intact }) => intact)).toEqual([true, true]);
  const regions = results.flatMap((result) => result.regions).sort((a, b) => a[0] - b[0]);
  expect(regions).toHaveLength(4_000);
  regions.slice(1).forEach(([address], i) => expect(address).toBeGreaterThanOrEqual(regions[i][0] + regions[i][1]));
});
