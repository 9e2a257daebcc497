/** One tree as TreeSHAP sees it: which rows of training would pass each edge, and what each edge adds to a row's share. */
import { invalidModel } from "../fields.ts";
import type { Trees } from "../types.ts";
import { gaussLegendre } from "./gauss-legendre.ts";

/**
 * Node 0 is the root; the edge of a node is the one that leads to it, the feature of an edge the one its parent splits on.
 *
 * For a row, `one` of an edge is 1 when the row passes this edge and all edges above it of the same feature, otherwise 0;
 * `zero` is the share of the training rows (by cover) that pass them. A node is in one of three cases: 0 where the row
 * fails an edge above of the same feature, 1 where it fails this edge first, 2 where it passes all of them.
 */
export interface TreeLayout {
  /** The tree's nodes are root to root + nodes - 1 in `Trees`. */
  readonly root: number;
  readonly nodes: number;
  /** The nearest edge above of the same feature; -1 where there is none. */
  readonly above: Int32Array;
  /** Points of the quadrature. */
  readonly points: number;
  /** nodes x 3 cases x points: the node's product of factors by its parent's. */
  readonly ratios: Float64Array;
  /** nodes x 3 cases x points: what the node's sums are multiplied by to give its feature's contribution; case 0: 0. */
  readonly coefficients: Float64Array;
}

/** @throws SLW_MODEL_INVALID where the covers are no numbers of rows */
export function layOutTree(trees: Trees, tree: number): TreeLayout {
  const shape = shapeOf(trees, tree);
  // The products are polynomials of a degree one less than the number of distinct features on the longest path.
  const quadrature = gaussLegendre(Math.max(1, Math.ceil(shape.features / 2)));
  const points = quadrature.points.length;
  const { root, nodes, above, zero } = shape;
  const ratios = new Float64Array(nodes * 3 * points);
  const coefficients = new Float64Array(nodes * 3 * points);
  for (let node = 1; node < nodes; node++) {
    const at = node * 3 * points;
    const edge = zero[node];
    const upper = above[node] < 0 ? 1 : zero[above[node]];
    for (let q = 0; q < points; q++) {
      const t = quadrature.points[q];
      const weight = quadrature.weights[q];
      const failed = edge * (1 - t);
      const upperPassed = upper * (1 - t) + t;
      ratios[at + q] = upper === 0 ? 0 : edge / upper;
      ratios[at + points + q] = failed / upperPassed;
      ratios[at + 2 * points + q] = (failed + t) / upperPassed;
      // What the edge above of the same feature gave for the leaves below this one is taken back.
      const ofUpper = above[node] < 0 ? 0 : (1 - upper) / upperPassed;
      const ofFailed = edge === 0 ? 0 : -edge / failed;
      coefficients[at + points + q] = weight * (ofFailed - ofUpper);
      coefficients[at + 2 * points + q] = weight * ((1 - edge) / (failed + t) - ofUpper);
    }
  }
  return { root, nodes, above, points, ratios, coefficients };
}

/** The mean of a tree's leaves over the training rows: the value that contributions start from. */
export function expectedLeaf(trees: Trees, tree: number, leafWidth: number, output: number): number {
  const { root, nodes, reach } = shapeOf(trees, tree);
  let sum = 0;
  for (let node = 0; node < nodes; node++) {
    if (trees.feature[root + node] < 0) {
      sum += reach[node] * trees.leafValues[trees.left[root + node] * leafWidth + output];
    }
  }
  return sum;
}

interface TreeShape extends Pick<TreeLayout, "root" | "nodes" | "above"> {
  /** Share of the training rows that reach the node. */
  readonly reach: Float64Array;
  readonly zero: Float64Array;
  /** Distinct features on the path that has the most of them. */
  readonly features: number;
}

function shapeOf({ roots, feature, left, cover }: Trees, tree: number): TreeShape {
  const root = roots[tree];
  const nodes = (roots[tree + 1] ?? feature.length) - root;
  const parent = new Int32Array(nodes).fill(-1);
  const above = new Int32Array(nodes).fill(-1);
  const reach = new Float64Array(nodes);
  const zero = new Float64Array(nodes);
  const distinct = new Int32Array(nodes);
  reach[0] = 1;
  let features = 0;
  for (let node = 0; node < nodes; node++) {
    if (feature[root + node] < 0) continue;
    const first = left[root + node] - root;
    const share = leftShare(cover, root + first);
    for (let child = first; child <= first + 1; child++) {
      const passing = child === first ? share : 1 - share;
      let edge = node;
      while (edge > 0 && feature[root + parent[edge]] !== feature[root + node]) edge = parent[edge];
      parent[child] = node;
      above[child] = edge === 0 ? -1 : edge;
      reach[child] = reach[node] * passing;
      zero[child] = (edge === 0 ? 1 : zero[edge]) * passing;
      distinct[child] = distinct[node] + (edge === 0 ? 1 : 0);
      features = Math.max(features, distinct[child]);
    }
  }
  return { root, nodes, above, reach, zero, features };
}

/** Of the rows of both children, the share of the left one; half where no row reached them. */
function leftShare(cover: Float32Array, child: number): number {
  const both = cover[child] + cover[child + 1];
  if (!(cover[child] >= 0 && cover[child + 1] >= 0 && both < Infinity)) {
    const wrong = cover[child] >= 0 && cover[child] < Infinity ? child + 1 : child;
    throw invalidModel(`trees.cover[${wrong}]`, "a number of training rows, 0 or more", cover[wrong]);
  }
  return both === 0 ? 0.5 : cover[child] / both;
}
