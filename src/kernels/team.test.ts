/** A team gives what one thread gives, to the last bit. */
import { afterAll, describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels, createMemory, dismissTeam } from "./index.ts";
import * as gradients from "./reference/gradients.ts";
import { histogram as histogramTwin } from "./reference/histogram.ts";
import { partition as partitionTwin, setOf } from "./reference/partition.ts";
import { place, read, released, slotTable } from "./test-memory.ts";

/** Bytes of one feature in the scratch histogram (assembly/histogram.ts). */
const FEATURE_BYTES = 2112;
const FEATURES = 6;
const STRIDE = 8;
/** Below, at and above the number of rows from which a team shares the work; the last in uneven shares. */
const ROW_COUNTS = [0, 31, 4_095, 4_096, 16_384, 20_007];
const DATASET_ROWS = 20_008;

const random = createRandom(1);
const bins = Uint8Array.from({ length: DATASET_ROWS * STRIDE }, () => random.integer(256));
const column = bins.subarray(0, DATASET_ROWS);
const packed = BigInt64Array.from({ length: DATASET_ROWS }, () => {
  return (BigInt(random.integer(2_001) - 1_000) << 32n) + BigInt(random.integer(1_000));
});
const scores = Float64Array.from({ length: 3 * DATASET_ROWS }, () => 2 * random.normal());
const labels = Float32Array.from({ length: DATASET_ROWS }, () => random.integer(2));
const rounding = { salt: 99, gradientScale: 60_000, hessianScale: 240_000 };
const { salt, gradientScale, hessianScale } = rounding;

/** Each row once, in no order. */
const rowsOf = (count: number): Uint32Array =>
  createRandom(count)
    .shuffle(Uint32Array.from({ length: DATASET_ROWS }, (_, row) => row))
    .slice(0, count);

describe.each([1, 2, 3])("a team of %i", (size) => {
  const kernels = createKernels(createMemory(), size);
  const { arena, team } = kernels;
  afterAll(() => team.close());

  it.each(ROW_COUNTS)("histogram of %i rows", (count) => {
    const rows = rowsOf(count);
    const binCounts = new Uint32Array(FEATURES).fill(256);
    const actual = released(kernels, () => {
      const partBytes = STRIDE * FEATURE_BYTES;
      const scratch = arena.allocate(size * partBytes);
      const out = arena.allocate(FEATURES * 256 * 8);
      const at = [place(kernels, rows), count, place(kernels, bins), STRIDE, FEATURES, place(kernels, packed)] as const;
      const parts = team.histogram(...at, scratch, partBytes);
      team.harvest(scratch, parts, partBytes, place(kernels, slotTable(binCounts)), FEATURES, out);
      return read(kernels, out, FEATURES * 256).int64();
    });
    expect(actual).toEqual(histogramTwin({ bins, stride: STRIDE, binCounts }, rows, packed));
  });

  it.each(
    ROW_COUNTS.flatMap((count) =>
      [[], [0, 7, 200], Array.from({ length: 256 }, (_, bin) => bin)].map((left) => ({ count, left })),
    ),
  )("partition of $count rows, bins $left to the left", ({ count, left }) => {
    const rows = rowsOf(count);
    const actual = released(kernels, () => {
      const rowsAt = place(kernels, rows);
      const spare = arena.allocate(count * 4);
      const leftCount = team.partition(rowsAt, count, place(kernels, column), place(kernels, setOf(left)), spare);
      return { rows: read(kernels, rowsAt, count).uint32(), leftCount };
    });
    expect(actual).toEqual(partitionTwin(rows, column, setOf(left)));
  });

  it.each(ROW_COUNTS)("a value added to %i rows, and a walk of them", (count) => {
    const rows = rowsOf(count);
    const expected = scores.slice(0, DATASET_ROWS);
    gradients.addToRows(expected, rows, -1 / 3);
    // A tree of one leaf.
    gradients.addToRows(expected, rows, 0.7);
    const actual = released(kernels, () => {
      const scoresAt = place(kernels, scores.slice(0, DATASET_ROWS));
      const rowsAt = place(kernels, rows);
      const leaf = new DataView(new ArrayBuffer(48));
      leaf.setInt32(0, -1, true);
      leaf.setFloat64(8, 0.7, true);
      team.addToRows(rowsAt, count, scoresAt, -1 / 3);
      const node = place(kernels, new Uint8Array(leaf.buffer));
      team.walk(rowsAt, count, node, place(kernels, bins), DATASET_ROWS, scoresAt);
      return read(kernels, scoresAt, DATASET_ROWS).float64();
    });
    expect(actual).toEqual(expected);
  });

  // Wide tables: so many cells that the team shares them.
  it.each([3, 255, 256, 300])("harvest of two parts and subtraction, %i features", (features) => {
    const binCounts = Uint32Array.from({ length: features }, (_, f) => 1 + ((f * 37) % 256));
    const cells = binCounts.reduce((sum, count) => sum + count, 0);
    const partBytes = features * FEATURE_BYTES;
    const parts = BigInt64Array.from({ length: (2 * partBytes) / 8 }, () => BigInt(random.integer(1_000)) << 20n);
    const parent = BigInt64Array.from({ length: cells }, (_, i) => BigInt(i) << 31n);
    const expected = new BigInt64Array(cells);
    let cell = 0;
    binCounts.forEach((count, f) => {
      const first = (f * FEATURE_BYTES) / 8;
      for (let bin = 0; bin < count; bin++) expected[cell++] = parts[first + bin] + parts[partBytes / 8 + first + bin];
    });
    released(kernels, () => {
      const [scratch, out, parentAt] = [place(kernels, parts), arena.allocate(cells * 8), place(kernels, parent)];
      team.harvest(scratch, 2, partBytes, place(kernels, slotTable(binCounts)), features, out);
      expect(read(kernels, out, cells).int64()).toEqual(expected);
      team.subtract(parentAt, out, cells);
      expect(read(kernels, parentAt, cells).int64()).toEqual(parent.map((value, i) => value - expected[i]));
    });
  });

  it.each([4, 4_096, DATASET_ROWS])("gradients of %i rows", (count) => {
    released(kernels, () => {
      const mine = scores.slice(0, count);
      const myLabels = labels.slice(0, count);
      const [scoresAt, labelsAt, out] = [place(kernels, mine), place(kernels, myLabels), arena.allocate(count * 8)];
      team.logisticGradients(count, scoresAt, labelsAt, 0, salt, gradientScale, hessianScale, out);
      expect(read(kernels, out, count).int64()).toEqual(gradients.logisticGradients(mine, myLabels, null, rounding));
      team.packGradients(count, labelsAt, 0, salt, gradientScale, hessianScale, out);
      expect(read(kernels, out, count).int64()).toEqual(gradients.packGradients(myLabels, null, rounding));
      const targets = mine.map((score) => score * score);
      team.squaredGradients(count, scoresAt, place(kernels, targets), 0, out);
      expect(read(kernels, out, count).float32()).toEqual(gradients.squaredGradients(mine, targets, null));

      const ofClasses = scores.slice(0, 3 * count);
      const probabilities = gradients.softmax(ofClasses, 3, count);
      const probabilitiesAt = arena.allocate(3 * count * 4);
      team.softmax(count, place(kernels, ofClasses), 3, count, probabilitiesAt);
      expect(read(kernels, probabilitiesAt, 3 * count).float32()).toEqual(probabilities);
      const at = [probabilitiesAt + count * 4, labelsAt, 0, 1, 1.5] as const;
      team.softmaxGradients(count, ...at, salt, gradientScale, hessianScale, out);
      const own = probabilities.slice(count, 2 * count);
      const expected = gradients.softmaxGradients(own, myLabels, null, 1, 1.5, rounding);
      expect(read(kernels, out, count).int64()).toEqual(expected);
    });
  });
});

describe("the end of a team", () => {
  it("close: its threads have ended", async () => {
    const { team } = createKernels(createMemory(), 3);
    await expect(team.close()).resolves.toBeUndefined();
  });

  it("dismissTeam: they go home although their leader does not send them", async () => {
    const { arena, team } = createKernels(createMemory(), 4);
    // A job without rows: when it is done, all of them are there.
    team.squaredGradients(0, 0, 0, 0, 0);
    await dismissTeam(arena.memory, team.control);
    // All of them have gone: nobody is left to be sent home.
    expect(new Int32Array(arena.memory.buffer, team.control + 64, 1)[0]).toBe(3);
    await team.close();
  });

  it("a thread alone has no team to end", async () => {
    const { team } = createKernels(createMemory(), 1);
    expect(team.control).toBe(0);
    await team.close();
  });
});
