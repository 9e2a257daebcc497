/**
 * Which columns of a row stand in for those of a background row, and what the answers then say of each column.
 *
 * A column's Shapley value is the mean over the orders of all columns of how far the answer moves when the column is made
 * known after those before it. Few columns: over all orders, by their sets. More: over as many orders as the budget
 * allows, each also from its end (antithetic: of effects of up to two columns together the two orders give the mean of
 * all), each on a background row of its own (Štrumbelj & Kononenko 2014; Mitchell et al. 2022).
 */
import { createRandom } from "../../base/index.ts";

/** A row of which the first `count` columns, by their `places`, are known and the others are of background `sample`. */
export interface Coalition {
  readonly sample: number;
  /** One a column. */
  readonly places: Int32Array;
  readonly count: number;
}

/** Where `column` is made known: its share grows by weight * (answer `after` - answer `before`). */
export interface Step {
  readonly column: number;
  /** Positions among the answers: those of the background rows, that of the whole row, then those of the coalitions. */
  readonly before: number;
  readonly after: number;
  readonly weight: number;
}

export interface CoalitionPlan {
  /** Rows of the background. */
  readonly samples: number;
  /** None is empty, and none knows all columns. */
  readonly coalitions: readonly Coalition[];
  readonly steps: readonly Step[];
}

/** Coalitions of a row: a row is explained in so many answers of the model. */
const mostCoalitions = 512;
const samples = { least: 4, most: 32 } as const;
/** Of so many columns all sets, on all samples, are within the budget. */
const mostExactColumns = 4;
/** Orders are the same for all models and rows. */
const seed = 2014;

/** @param columns 1 or more */
export function planCoalitions(columns: number): CoalitionPlan {
  return columns <= mostExactColumns ? planOfSets(columns) : planOrders(columns);
}

function planOfSets(columns: number): CoalitionPlan {
  const all = 2 ** columns - 1;
  const weights = Float64Array.from({ length: columns }, (_, known) => orderShare(columns, known) / samples.most);
  const coalitions: Coalition[] = [];
  const steps: Step[] = [];
  for (let sample = 0; sample < samples.most; sample++) {
    const first = samples.most + coalitions.length;
    const positionOf = (set: number): number => (set === 0 ? sample : set === all ? samples.most : first + set);
    for (let set = 1; set < all; set++) {
      const places = Int32Array.from({ length: columns }, (_, column) => 1 - ((set >> column) & 1));
      coalitions.push({ sample, places, count: 1 });
    }
    for (let set = 0; set < all; set++) {
      const weight = weights[bitCount(set)];
      for (let column = 0; column < columns; column++) {
        const joined = set | (1 << column);
        if (joined !== set) steps.push({ column, before: positionOf(set), after: positionOf(joined), weight });
      }
    }
  }
  return { samples: samples.most, coalitions, steps };
}

/** The share of the orders in which certain `known` columns come before a column and the others after it. */
function orderShare(columns: number, known: number): number {
  let share = 1 / columns;
  for (let i = 1; i <= known; i++) share *= i / (columns - i);
  return share;
}

function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count++;
  return count;
}

function planOrders(columns: number): CoalitionPlan {
  const affordable = Math.floor(mostCoalitions / (2 * (columns - 1)));
  const count = Math.min(samples.most, Math.max(samples.least, affordable));
  const orders = Array.from({ length: count }, (_, sample) =>
    createRandom(seed, sample).shuffle(Int32Array.from({ length: columns }, (_column, i) => i)),
  );
  return planOfOrders(orders);
}

/** @param orders one a background row, taken from both ends */
export function planOfOrders(orders: readonly Int32Array[]): CoalitionPlan {
  const coalitions: Coalition[] = [];
  const steps: Step[] = [];
  const weight = 1 / (2 * orders.length);
  for (const [sample, order] of orders.entries()) {
    for (const way of [order, order.toReversed()]) {
      const places = new Int32Array(way.length);
      way.forEach((column, place) => (places[column] = place));
      const first = orders.length + coalitions.length;
      for (let count = 1; count < way.length; count++) coalitions.push({ sample, places, count });
      way.forEach((column, known) => {
        const before = known === 0 ? sample : first + known;
        const after = known === way.length - 1 ? orders.length : first + known + 1;
        steps.push({ column, before, after, weight });
      });
    }
  }
  return { samples: orders.length, coalitions, steps };
}
