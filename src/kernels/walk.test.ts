import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels } from "./index.ts";
import { leafOf, type Node } from "./reference/walk.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();
const { run } = kernels;
const NODE_BYTES = 48;

/** A random tree of `splits` splits: each takes a random leaf. */
function madeTree(splits: number, features: number, seed: number): Node[] {
  const random = createRandom(seed);
  const leaf = (number: number): Node => ({
    feature: -1,
    left: number,
    value: random.normal(),
    set: new Uint32Array(8),
  });
  const nodes: Node[] = [leaf(0)];
  for (let split = 0; split < splits; split++) {
    const leaves = nodes.flatMap((node, i) => (node.feature < 0 ? [i] : []));
    const set = Uint32Array.from({ length: 8 }, () => random.integer(2 ** 32));
    nodes[leaves[random.integer(leaves.length)]] = {
      feature: random.integer(features),
      left: nodes.length,
      value: 0,
      set,
    };
    nodes.push(leaf(2 * split + 1), leaf(2 * split + 2));
  }
  return nodes;
}

/** As assembly/walk.ts reads them. */
function placeNodes(nodes: readonly Node[]): number {
  const bytes = new Uint8Array(nodes.length * NODE_BYTES);
  nodes.forEach(({ feature, left, value, set }, i) => {
    const view = new DataView(bytes.buffer, i * NODE_BYTES, NODE_BYTES);
    view.setInt32(0, feature, true);
    view.setUint32(4, left, true);
    view.setFloat64(8, value, true);
    set.forEach((word, at) => view.setUint32(16 + at * 4, word, true));
  });
  return place(kernels, bytes);
}

/** The scores after walk(), and after its twin. */
function walkBoth(
  nodes: readonly Node[],
  bins: Uint8Array,
  stride: number,
  rows: Uint32Array,
): { readonly actual: number[]; readonly expected: number[] } {
  const datasetRows = bins.length / stride;
  const scores = Float64Array.from({ length: datasetRows }, (_, row) => row / 3);
  const reached = Array.from(rows, (row) => leafOf(nodes, bins.subarray(row * stride, (row + 1) * stride)));
  const actual = released(kernels, () => {
    const columns = Uint8Array.from({ length: bins.length }, (_, i) => {
      return bins[(i % datasetRows) * stride + Math.floor(i / datasetRows)];
    });
    const at = [placeNodes(nodes), place(kernels, rows), rows.length, place(kernels, columns), datasetRows] as const;
    const scoresAt = place(kernels, scores);
    run.walk(...at, scoresAt);
    return [...read(kernels, scoresAt, datasetRows).float64()];
  });
  rows.forEach((row, i) => (scores[row] += reached[i].value));
  return { actual, expected: [...scores] };
}

const cases = [0, 1, 31, 32, 33].flatMap((rows) => [0, 1, 2, 30].map((splits) => ({ rows, splits })));
it.each(cases)("$rows rows through $splits splits", ({ rows, splits }) => {
  const bins = Uint8Array.from({ length: 40 * 8 }, (_, i) => (i * 89) % 256);
  const rowNumbers = Uint32Array.from({ length: rows }, (_, i) => i);
  const { actual, expected } = walkBoth(madeTree(splits, 7, splits), bins, 8, rowNumbers);
  expect(actual).toEqual(expected);
});

it("sends rows to the leaves their twin finds, for any tree and rows", () => {
  const property = fc.property(
    fc.nat(40),
    fc.integer({ min: 1, max: 12 }),
    fc.nat(),
    fc.array(fc.nat(19), { maxLength: 60 }),
    (splits, features, seed, rows) => {
      const stride = Math.ceil(features / 4) * 4;
      const random = createRandom(seed, 1);
      const bins = Uint8Array.from({ length: 20 * stride }, () => random.integer(256));
      const { actual, expected } = walkBoth(madeTree(splits, features, seed), bins, stride, Uint32Array.from(rows));
      expect(actual).toEqual(expected);
    },
  );
  fc.assert(property);
});
